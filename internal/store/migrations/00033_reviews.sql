-- +goose Up
-- What superiors say of final records (Rule C-25). Each review stands; a later one is one more.
CREATE TABLE record_review (
    id          uuid PRIMARY KEY,
    record_id   uuid NOT NULL REFERENCES callback_record,
    reviewer_id uuid NOT NULL REFERENCES app_user,
    at          timestamptz NOT NULL,
    verdict     text NOT NULL CHECK (verdict IN ('agreed','remarked')),
    opinion     text NOT NULL DEFAULT '',
    CHECK (verdict = 'agreed' OR btrim(opinion) <> '')
);
CREATE INDEX record_review_record ON record_review (record_id, at DESC);
CREATE TRIGGER keep BEFORE DELETE ON record_review FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON record_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON record_review FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
CREATE FUNCTION guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM callback_record r WHERE r.id = NEW.record_id AND r.state = 'final' AND r.agent_id <> NEW.reviewer_id) THEN
        RAISE EXCEPTION 'C-25: only final records are reviewed, and nobody reviews their own' USING ERRCODE = 'HF125';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON record_review FOR EACH ROW EXECUTE FUNCTION guard_review();

-- The ledger reads final records, newest first (Rule C-21).
CREATE INDEX callback_record_ledger ON callback_record (finished_at DESC, id DESC) WHERE state = 'final';

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
