/** The schema of the first release, as it stands in files in the field. */
export const VERSION_1 = `
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  facility TEXT NOT NULL,
  time INTEGER NOT NULL,
  sensor TEXT NOT NULL,
  alarm TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (facility, key)
) STRICT;
CREATE INDEX journal_alarm ON journal (facility, alarm, seq);
CREATE INDEX journal_sensor ON journal (facility, sensor, seq);
CREATE INDEX journal_time ON journal (facility, time);
CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE alarm_record (
  facility TEXT NOT NULL,
  alarm TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (facility, alarm)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept (
  facility TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (facility, name)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;`
