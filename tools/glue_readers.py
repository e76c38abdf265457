"""What readers of Glue other than ours ask and moto answers wrongly: segments of partitions,
partitions by their values, statistics of columns."""

import zlib

from moto.core.responses import ActionResult
from moto.glue.models import FakePartition, FakeTable
from moto.glue.responses import GlueResponse

# AWS always tells these, whoever made the table.
STORAGE_DEFAULTS = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}


def in_segment(partitions, segment):
    """The partitions of one of several readers, each of whom gets others."""
    if not segment:
        return partitions
    return [partition for partition in partitions
            if zlib.crc32(repr(partition["Values"]).encode()) % segment["TotalSegments"]
            == segment["SegmentNumber"]]


def with_defaults(as_dict):
    def described(self, *arguments, **options):
        described_as = as_dict(self, *arguments, **options)
        if isinstance(described_as.get("StorageDescriptor"), dict):
            described_as["StorageDescriptor"] = {**STORAGE_DEFAULTS,
                                                 **described_as["StorageDescriptor"]}
        return described_as

    return described


def without_statistics(_self):
    return ActionResult({"ColumnStatisticsList": [], "Errors": []})


def install():
    """Puts these answers in the place of moto's."""
    batch_get = GlueResponse.batch_get_partition
    GlueResponse.batch_get_partition = lambda self: ActionResult(
        {**batch_get(self).result, "UnprocessedKeys": []})
    for name in ("table", "partition"):
        setattr(GlueResponse, f"get_column_statistics_for_{name}", without_statistics)
    for described in (FakeTable, FakePartition):
        described.as_dict = with_defaults(described.as_dict)
