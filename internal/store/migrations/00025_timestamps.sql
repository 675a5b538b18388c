-- +goose Up
-- Time stamps of an authority (RFC 3161) over checkpoints of the log of evidence (Rule S-04).
CREATE TABLE evidence_timestamp (
    size         bigint PRIMARY KEY REFERENCES evidence_checkpoint,
    at           timestamptz NOT NULL,
    token        bytea NOT NULL,                            -- TimeStampToken, DER
    object_key   text NOT NULL,
    version_id   text NOT NULL,
    retain_until timestamptz NOT NULL
);
CREATE TRIGGER keep     BEFORE DELETE   ON evidence_timestamp FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON evidence_timestamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON evidence_timestamp FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
