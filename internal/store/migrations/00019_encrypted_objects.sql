-- +goose Up
-- What lies in the storage is the encrypted recording (decision 14): the key
-- that opens it, and hash and length of the object. sha256 and bytes stay those
-- of the recording as it was sealed. Without key_id the object is the recording.
ALTER TABLE recording
    ADD COLUMN key_id        text NOT NULL DEFAULT '',
    ADD COLUMN object_sha256 bytea CHECK (octet_length(object_sha256) = 32),
    ADD COLUMN object_bytes  bigint CHECK (object_bytes >= 0),
    ADD CONSTRAINT recording_encrypted CHECK (key_id = '' OR object_sha256 IS NOT NULL AND object_bytes IS NOT NULL);

-- The fact of an encrypted object says so; that of any other is as it was.
CREATE OR REPLACE FUNCTION evidence_object_1(r recording) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('recording_id', r.id, 'bucket', r.bucket, 'key', r.object_key, 'version_id', r.version_id, 'lock_mode', r.lock_mode,
    'retain_until', evidence_time(r.first_retain_until), 'stored_at', evidence_time(r.stored_at))
  || CASE WHEN r.key_id = '' THEN '{}' ELSE jsonb_build_object('key_id', r.key_id, 'object_sha256', encode(r.object_sha256, 'hex'), 'object_bytes', r.object_bytes) END$$;

-- Which keys are needed is asked at each start.
CREATE INDEX recording_key ON recording (key_id) WHERE key_id <> '';

-- +goose StatementBegin
CREATE FUNCTION guard_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-02: where a stored recording is, and what opens it, is written once.
    IF OLD.stored_at IS NOT NULL AND NEW.state NOT IN ('expired','deleted')
       AND (NEW.bucket, NEW.object_key, NEW.version_id, NEW.key_id, NEW.object_sha256, NEW.object_bytes)
           IS DISTINCT FROM (OLD.bucket, OLD.object_key, OLD.version_id, OLD.key_id, OLD.object_sha256, OLD.object_bytes) THEN
        RAISE EXCEPTION 'T-02: recording % is stored and its object cannot be exchanged', OLD.id USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_object BEFORE UPDATE ON recording FOR EACH ROW EXECUTE FUNCTION guard_object();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
