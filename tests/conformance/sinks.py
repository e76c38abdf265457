"""Where values go to: a sink takes all tables of a source and tells the files of each."""

import json


class DirectoryLake:
    """Parquet files in a directory, published by `carmilla run`."""

    def __init__(self, project):
        self.project = project

    def configure(self, tables):
        """`tables`: for each name the policies of its columns."""
        entries = []
        for table, policies in tables.items():
            chosen = ", ".join(
                f"{name}: {{{', '.join(f'{key}: {value}' for key, value in chosen.items())}}}"
                for name, chosen in policies.items() if chosen)
            entries.append(f"  - {{name: public.{table}, policies: {{{chosen}}}}}" if chosen
                           else f"  - public.{table}")
        self.project.configure(tables="\n".join(entries))

    def take(self):
        """Moves all tables; returns how the program ended."""
        return self.project.run("run", "--json")

    def manifest(self, table):
        folder = self.project.lake / table
        pointer = json.loads((folder / "_carmilla/current.json").read_bytes())
        return json.loads((folder / pointer["manifest"]).read_bytes())

    def files(self, table):
        folder = self.project.lake / table
        return [str(folder / file["key"]) for file in self.manifest(table)["files"]]
