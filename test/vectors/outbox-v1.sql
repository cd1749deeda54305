-- An outbox of version 1 as the release that made it wrote it: batches 1, 2 and 4 of epoch e, 1 of f, and a loss.
CREATE TABLE outbox (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  commits INTEGER NOT NULL,      -- transactions that changed anything
  age INTEGER NOT NULL           -- ms that gateways have run with this file
) STRICT;
CREATE TABLE epochs (
  number INTEGER PRIMARY KEY,    -- in order of age
  name TEXT NOT NULL,
  seqs TEXT NOT NULL,            -- what is kept of it, as told in the last commit: ranges, at most 100 of them
  readings INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE words (             -- names of sensors and devices, and reasons
  number INTEGER PRIMARY KEY,
  word BLOB NOT NULL             -- UTF-8
) STRICT;
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  kept INTEGER NOT NULL,         -- age of the file when it came
  readings INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  crc INTEGER NOT NULL           -- CRC-32 of the payload
) STRICT;
CREATE TABLE packed (            -- apart, so that the list of batches is short and read at once
  id INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE gaps (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL,            -- JSON, as it is told
  told INTEGER NOT NULL,         -- 1: it must not change any more
  carrier INTEGER                -- id of the batch that tells of it
) STRICT;
CREATE TABLE scratch (bytes BLOB NOT NULL) STRICT;
INSERT INTO outbox VALUES (1, 1, 3, 86400000);
INSERT INTO epochs VALUES (1, 'e', '[[1,2],[4,4]]', 30, 1000, 4009);
INSERT INTO epochs VALUES (2, 'f', '[[1,1]]', 10, 1000, 1009);
INSERT INTO words VALUES (0, x'70616e656c');
INSERT INTO words VALUES (1, x'47542d30');
INSERT INTO words VALUES (2, x'47542d31');
INSERT INTO words VALUES (3, x'47542d32');
INSERT INTO words VALUES (4, x'47542d33');
INSERT INTO words VALUES (5, x'47542d34');
INSERT INTO words VALUES (6, x'47542d35');
INSERT INTO words VALUES (7, x'47542d36');
INSERT INTO words VALUES (8, x'47542d37');
INSERT INTO words VALUES (9, x'47542d38');
INSERT INTO words VALUES (10, x'47542d39');
INSERT INTO batches VALUES (4294967297, 1000, 10, 1000, 1009, 3128282154);
INSERT INTO batches VALUES (4294967298, 1000, 10, 2000, 2009, 778838900);
INSERT INTO batches VALUES (4294967300, 1000, 10, 4000, 4009, 3710843785);
INSERT INTO batches VALUES (8589934593, 1000, 10, 1000, 1009, 588629118);
INSERT INTO packed VALUES (4294967297, x'a899780e0128b52ffd20464d0100f0cf0f0a0001000219fc0a010100021901fc000100010b0c0d0e0f1011121305100066144c069d8008');
INSERT INTO packed VALUES (4294967298, x'57d990270128b52ffd20466501000402b717140001000219fc0a010100021901fc00010001020115161718191a1b1c1d05100065144c069d8008');
INSERT INTO packed VALUES (4294967300, x'4ce642f60128b52ffd204665010004028727280001000219fc0a010100021901fc000100010401292a2b2c2d2e2f303105100065144c069d8008');
INSERT INTO packed VALUES (8589934593, x'a899780e0128b52ffd20464d0100f0cf0f0a0001000219fc0a010100021901fc000100010b0c0d0e0f1011121305100066144c069d8008');
INSERT INTO gaps VALUES (1, '{"epoch":"e","seqs":[[3,3]],"count":10,"from":3000,"to":3009,"reason":"full"}', 0, NULL);
