"""The project of a test whose tables a crawler finds."""

import uuid

from cloud_project import CloudProject

OWN_FILES = ["_carmilla/**", "**20[0-9]*T[0-9]*Z-*/**"]


class CrawledProject(CloudProject):
    """A lake whose tables a crawler of its own finds."""

    def __init__(self, project, servers):
        super().__init__(project, servers)
        self.crawler = f"crawler-{uuid.uuid4().hex[:8]}"

    def crawl(self, tables="  - public.*", keys=", role: glue-lake"):
        self.configure(tables=tables, extra="defaults: {layout: stable}",
                       glue=f", crawler: {{name: {self.crawler}{keys}}}")

    def shown(self, crawler=None):
        return self.glue.get_crawler(Name=crawler or self.crawler)["Crawler"]

    def targets(self, crawler=None):
        """Exclusions by folder."""
        return {target["Path"].removeprefix(f"s3://{self.bucket}/lake/"): target["Exclusions"]
                for target in self.shown(crawler)["Targets"]["S3Targets"]}

    def crawls(self, crawler=None):
        return [crawl["State"] for crawl in
                self.glue.list_crawls(CrawlerName=crawler or self.crawler)["Crawls"]]

    def make_crawler(self, database=None):
        self.glue.create_crawler(
            Name=self.crawler, Role="theirs", DatabaseName=database or self.database,
            Targets={"S3Targets": [{"Path": f"s3://{self.bucket}/elsewhere", "Exclusions": ["x"]}]})

    def is_published(self, table="orders"):
        return self.project.query(f"SELECT count(*) FROM {table}") == [["2"]]
