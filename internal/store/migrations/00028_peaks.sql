-- +goose Up
-- The wave form of a recording, drawn once when it is stored, so that its page
-- need not read all of the sound. It is no evidence: without it, it is drawn anew.
CREATE TABLE recording_peaks (
    recording_id uuid PRIMARY KEY REFERENCES recording,
    duration_ms  bigint NOT NULL CHECK (duration_ms >= 0),
    agent        bytea NOT NULL,                           -- int8: lowest and highest of each stretch, in turn
    customer     bytea NOT NULL CHECK (octet_length(customer) = octet_length(agent))
);

-- It goes with the sound (Rule T-02).
-- +goose StatementBegin
CREATE FUNCTION drop_peaks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM recording_peaks WHERE recording_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER drop_peaks AFTER UPDATE OF state ON recording FOR EACH ROW WHEN (NEW.state = 'deleted') EXECUTE FUNCTION drop_peaks();

-- +goose Down
DROP TRIGGER drop_peaks ON recording;
DROP FUNCTION drop_peaks;
DROP TABLE recording_peaks;
