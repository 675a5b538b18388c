-- +goose Up
-- Which numbers may be dialled: every version is kept, the latest holds. The
-- first is the configuration's, of nobody.
CREATE TABLE number_rules (
    version int PRIMARY KEY CHECK (version > 0),
    at      timestamptz NOT NULL,
    by_id   uuid REFERENCES app_user,
    reason  text NOT NULL,
    rules   jsonb NOT NULL,                                 -- [{"prefix","allow"}], the first that fits
    CHECK ((by_id IS NULL) = (version = 1))
);
CREATE TRIGGER once     BEFORE UPDATE   ON number_rules FOR EACH ROW       EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep     BEFORE DELETE   ON number_rules FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON number_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
