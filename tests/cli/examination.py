"""What `carmilla doctor --json` says, and how tests expect it."""

import json

from database import server_version


class Examination:
    """One run of the doctor."""

    def __init__(self, project, *arguments, **options):
        self.finished = project.run("doctor", "--json", *arguments, **options)
        self.report = json.loads(self.finished.out)
        self.results = {check["id"]: check["result"] for check in self.report["checks"]}
        self.found = {check["id"]: check["findings"] for check in self.report["checks"]
                      if check["findings"]}
        # True of old servers, and only what a test is about that says so.
        self.age = self.found.pop("version-old", None) if server_version() < 140000 else None

    def finds(self, expected, code):
        """Asserts that exactly the expected checks found something, with their phrases."""
        if self.age and "version-old" in expected:
            self.found["version-old"] = self.age
        unexpected = {name: self.found[name] for name in set(self.found) - set(expected)}
        assert not unexpected, str(unexpected)
        missed = set(expected) - set(self.found)
        assert not missed, f"not found: {missed}"
        for name, phrases in expected.items():
            text = json.dumps(self.found[name], ensure_ascii=False)
            for phrase in [phrases] if isinstance(phrases, str) else phrases:
                # A phrase is looked up as JSON shows it.
                shown = json.dumps(phrase, ensure_ascii=False)[1:-1]
                assert shown in text, f"{name}: no {phrase!r} in {text}"
        assert self.finished.code == code, str(self.finished)
        assert self.finished.err == "", str(self.finished)
