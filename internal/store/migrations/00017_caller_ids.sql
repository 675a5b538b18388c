-- +goose Up
-- Rule T-14: a program says which numbers its customers may be shown; none: any
-- trunk's own. A list takes the place of the one number.
ALTER TABLE program ADD COLUMN caller_ids text[] NOT NULL DEFAULT '{}';
UPDATE program SET caller_ids = ARRAY[caller_id] WHERE caller_id <> '';
ALTER TABLE program DROP COLUMN caller_id;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
