"""Sample values of every base type, for test_type_matrix.py.

A base type of the server that stands neither in SAMPLES nor in REFUSED fails the test, so that
those of a new version are not forgotten. Values that need a policy stand in values.py.
"""

from values import Sql

SMALL = ["0", "1", "4294967295"]
TEXTS = ["", "a", "NULL", "'\"\\ ,{}()é"]

SAMPLES = {
    "bool": ["true", "false"],
    "int2": ["-32768", "0", "32767"],
    "int4": ["-2147483648", "0", "2147483647"],
    "int8": ["-9223372036854775808", "0", "9223372036854775807"],
    "oid": SMALL, "xid": SMALL, "cid": SMALL,
    "xid8": ["0", "9223372036854775808", "18446744073709551615"],
    "regproc": ["0", "now"], "regprocedure": ["0", "sum(integer)"],
    "regoper": ["0", "pg_catalog.||/"], "regoperator": ["0", "+(integer,integer)"],
    "regclass": ["0", "pg_class"], "regtype": ["0", "integer", "4294967295"],
    "regconfig": ["0", "simple"], "regdictionary": ["0", "simple"],
    "regnamespace": ["0", "pg_catalog"], "regrole": ["0", "pg_monitor"],
    "regcollation": ["0", '"C"'],
    "regdatabase": ["0", "template1"],
    "float4": ["NaN", "-Infinity", "-0", "1e-45", "3.4028235e38"],
    "float8": ["NaN", "-Infinity", "-0", "5e-324", "1.7976931348623157e308"],
    "numeric": ["NaN", "0.00", "-1.500", "1e100"],
    "money": ["-92233720368547758.08", "0", "0.01", "92233720368547758.07"],
    "text": TEXTS, "varchar": TEXTS, "bpchar": TEXTS, "refcursor": TEXTS, "citext": TEXTS,
    "name": [*TEXTS, "x" * 63],
    "char": ["", "a", " ", "\\377"],
    "bytea": ["\\x", "\\x00ff5c27"],
    "date": ["4714-11-24 BC", "1970-01-01", "5874897-12-31"],
    "time": ["00:00:00", "24:00:00", "12:30:00.000001"],
    "timetz": ["00:00:00+15:59:59", "24:00:00-15:59:59", "12:30:00.000001-00:00:01"],
    "timestamp": ["4714-11-24 00:00:00 BC", "1969-12-31 23:59:59.999999", "10000-01-01"],
    "timestamptz": ["4714-11-24 00:00:00+00 BC", "1969-12-31 23:59:59.999999+00",
                    "10000-01-01 00:00:00+00"],
    "interval": ["0", "1 year -2 mons 3 days -04:05:06.789", "-178956970 years -8 mons"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "00112233-4455-6677-8899-aabbccddeeff"],
    "json": ["null", '{"a" : [1, "b\\u0000"], "a": ""}'],
    "jsonb": ["null", '{"a": [1.50, "b\\"\\\\"], "": {}}'],
    "jsonpath": ["$", "strict $.a[*] ? (@.b == \"c\")"],
    "xml": ["", "<a b='c'>&amp;</a>", "no, \"element\""],
    "pg_node_tree": [Sql("(SELECT ev_action FROM pg_rewrite ORDER BY oid LIMIT 1)")],
    "inet": ["0.0.0.0", "255.255.255.255/0", "10.1.2.3/8", "::", "::1/64", "::ffff:1.2.3.4",
             "2001:db8:0:0:1::"],
    "cidr": ["0.0.0.0/0", "10.0.0.0/8", "192.168.1.1", "::/0", "2001:db8::/32", "::1"],
    "macaddr": ["00:00:00:00:00:00", "FF:0A:bc:de:f0:01"],
    "macaddr8": ["00:00:00:00:00:00:00:00", "FF:0A:bc:de:f0:01:02:03", "08:00:2b:01:02:03"],
    "bit": ["0", "1"],
    "varbit": ["", "1", "01010101", "101010101"],
    "point": ["(0,-0)", "(1.5,-Infinity)", "(NaN,1e-300)"],
    "line": ["{1,2,3}", "{0,-1,1.5}"],
    "lseg": ["[(0,0),(1,1)]", "[(1.5,-2),(1e300,0)]"],
    "box": ["(1,1),(0,0)", "(1.5,Infinity),(-2,-3)"],
    "path": ["[(0,0),(1,1)]", "((0,0),(1,1),(2,0))"],
    "polygon": ["((0,0),(1,1),(2,0))", "((1.5,2))"],
    "circle": ["<(0,0),1>", "<(1.5,-2),0>"],
    "tsvector": ["", "'a':1A,2 'b c' 'd''e'"],
    "tsquery": ["", "'a' & !( 'b' | 'c':*A )", "'d' <2> 'e'"],
    "pg_lsn": ["0/0", "FFFFFFFF/FFFFFFFF"],
    "tid": ["(0,0)", "(4294967295,65535)"],
    "pg_snapshot": ["1:1:", "10:20:10,14,15"],
    "txid_snapshot": ["1:1:", "10:20:10,14,15"],
    "aclitem": ["postgres=arwdDxt/postgres", "=r/pg_monitor"],
    "int2vector": ["", "1 -32768 32767"],
    "oidvector": ["", "0 1 4294967295"],
    "hstore": ["", "a=>1", '"a b"=>NULL, ""=>"", "\\"\\\\"=>"NULL"'],
    "ltree": ["", "Top.Science_2.a"],
    "lquery": ["*", "Top.*{1,2}.!a|b@*"],
    "ltxtquery": ["a", "a & !(b@ | c*)"],
    "cube": ["(0)", "(1,2,3)", "(-1.5,0),(1e300,7)"],
    "seg": ["1", "1.50 .. 2", "<3", "4(+-)1", "~5"],
    "ean13": ["978-0-393-04002-9"], "isbn13": ["978-0-393-04002-9"], "isbn": ["0-393-04002-X"],
    "ismn13": ["979-0-2600-0043-8"], "ismn": ["M-2600-0043-8"],
    "issn13": ["977-1436-452-00-8"], "issn": ["1436-4522"],
    "upc": ["220356483481"],
    "lo": SMALL,
    "vector": ["[1]", "[0,-0,1e-45]", "[3.4028235e38,0.1]"],
    "geometry": ["POINT(1 -2.5)", "SRID=4326;POINT ZM (1 2 3 4)", "POINT EMPTY",
                 "LINESTRING M (0 0 1,1 1 2)",
                 "GEOMETRYCOLLECTION(POINT(0 0),POLYGON((0 0,1 0,1 1,0 0)))",
                 "SRID=3857;MULTIPOLYGON EMPTY",
                 "CIRCULARSTRING(0 0,1 1,2 0)"],
    "geography": ["POINT(1 -2.5)", "SRID=4326;LINESTRING Z (0 0 1,1 1 2)"],
    # A domain of information_schema that takes none of the values of its base.
    "yes_or_no": ["YES", "NO"],
}

SUMMARY = "what PostgreSQL keeps for itself: statistics and indexes"
REFUSED = {
    "pg_ndistinct": SUMMARY, "pg_dependencies": SUMMARY, "pg_mcv_list": SUMMARY,
    "pg_brin_bloom_summary": SUMMARY, "pg_brin_minmax_multi_summary": SUMMARY,
    "gtsvector": SUMMARY, "ghstore": SUMMARY, "ltree_gist": SUMMARY, "gtrgm": SUMMARY,
    "gbtreekey2": SUMMARY, "gbtreekey4": SUMMARY, "gbtreekey8": SUMMARY, "gbtreekey16": SUMMARY,
    "gbtreekey32": SUMMARY, "gbtreekey_var": SUMMARY,
    "query_int": "a condition of the extension intarray, not a value",
    "intbig_gkey": SUMMARY,
    "own": "a base type that a user made",
    "halfvec": "no Arrow type that other programs read", "sparsevec": "a form of its own",
    "box2d": "of a geometry, not a value of its own", "box3d": "of a geometry, as box2d",
    "spheroid": "a parameter of functions", "box2df": SUMMARY, "gidx": SUMMARY,
}

# Of those that the server has, in the order of their needs.
EXTENSIONS = ["citext", "cube", "hstore", "isn", "lo", "ltree", "seg", "pg_trgm", "btree_gist",
              "intarray"]
# Not in Debian, or not on every server that tests; walked where they are.
LARGE_EXTENSIONS = ["vector", "postgis"]
