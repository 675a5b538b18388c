-- +goose Up
-- Several calendars, permitted hours by group of customers, and years whose
-- notice somebody has entered (Rule T-05).
CREATE TABLE working_calendar (
    code       text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_zh    text NOT NULL CHECK (btrim(name_zh) <> ''),
    name_en    text NOT NULL CHECK (btrim(name_en) <> ''),
    base       text NOT NULL CHECK (base IN ('house','weekdays')),   -- the house's days, or Monday to Friday without public holidays
    created_by uuid REFERENCES app_user,
    created_at timestamptz NOT NULL
);
INSERT INTO working_calendar VALUES ('house', '本公司', 'The house', 'house', NULL, now());
CREATE TRIGGER keep     BEFORE DELETE   ON working_calendar FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON working_calendar FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

ALTER TABLE calendar_day ADD COLUMN calendar text NOT NULL DEFAULT 'house' REFERENCES working_calendar,
    DROP CONSTRAINT calendar_day_pkey, ADD PRIMARY KEY (calendar, day);

CREATE TABLE calendar_year (      -- the notice of a year that the vendored data does not hold was entered by hand
    year       int PRIMARY KEY CHECK (year BETWEEN 2000 AND 2100),
    source     text NOT NULL CHECK (btrim(source) <> ''),
    entered_by uuid NOT NULL REFERENCES app_user,
    entered_at timestamptz NOT NULL
);

ALTER TABLE program
    ADD COLUMN calendar      text NOT NULL DEFAULT 'house' REFERENCES working_calendar,
    ADD COLUMN hours_groups  jsonb NOT NULL DEFAULT '[]',   -- [{"by":"grade","value":"A","windows":{...},"calendar":"..."}], the first that fits
    ADD COLUMN hours_version int NOT NULL DEFAULT 1 CHECK (hours_version >= 1);

CREATE TABLE program_hours (      -- every version but the one that was shipped
    program_id         uuid NOT NULL REFERENCES program,
    version            int NOT NULL CHECK (version >= 1),
    windows            jsonb NOT NULL,
    government_windows jsonb NOT NULL,
    groups             jsonb NOT NULL,
    calendar           text NOT NULL REFERENCES working_calendar,
    consent            text NOT NULL,               -- Rule T-14
    progressive        boolean NOT NULL,
    reason             text NOT NULL CHECK (btrim(reason) <> ''),
    changed_by         uuid NOT NULL REFERENCES app_user,
    changed_at         timestamptz NOT NULL,
    PRIMARY KEY (program_id, version)
);
CREATE TRIGGER keep     BEFORE DELETE   ON program_hours FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON program_hours FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON program_hours FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- Named groups of customers, by which hours may differ.
ALTER TABLE customer ADD COLUMN groups text[] NOT NULL DEFAULT '{}';

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
