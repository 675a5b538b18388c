-- +goose Up
-- Rule T-02: how long recordings are kept, what holds them, and how they end.

ALTER TABLE program
    ADD COLUMN retention_max_years int CHECK (retention_max_years >= retention_years),           -- null: no maximum
    ADD COLUMN retention_basis text NOT NULL DEFAULT 'call_end' CHECK (retention_basis IN ('call_end','contract_end'));

-- From which day on the retention counts when its basis is the end of the contract; null: not known, so nothing expires.
ALTER TABLE customer ADD COLUMN contract_end date;

-- +goose StatementBegin
CREATE FUNCTION guard_retention_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.retention_years < OLD.retention_years
       OR OLD.retention_basis = 'contract_end' AND NEW.retention_basis <> 'contract_end'
       OR NEW.retention_max_years < OLD.retention_max_years THEN
        RAISE EXCEPTION 'T-02: the retention of program % is extended, never shortened', OLD.code USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_retention BEFORE UPDATE ON program FOR EACH ROW EXECUTE FUNCTION guard_retention_policy();

-- ---------------------------------------------------------------- holds
CREATE TABLE legal_hold (
    id             uuid PRIMARY KEY,
    case_number    text NOT NULL CHECK (btrim(case_number) <> ''),
    reason         text NOT NULL CHECK (btrim(reason) <> ''),
    placed_by      uuid NOT NULL REFERENCES app_user,
    placed_at      timestamptz NOT NULL,
    released_by    uuid REFERENCES app_user,
    released_at    timestamptz,
    release_reason text NOT NULL DEFAULT '',
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK (released_at IS NULL OR btrim(release_reason) <> '')
);
CREATE INDEX legal_hold_placed ON legal_hold (placed_at DESC, id);
CREATE UNIQUE INDEX legal_hold_one_open_per_case ON legal_hold (case_number) WHERE released_at IS NULL;

CREATE TABLE legal_hold_recording (
    hold_id      uuid NOT NULL REFERENCES legal_hold,
    recording_id uuid NOT NULL REFERENCES recording,
    added_by     uuid NOT NULL REFERENCES app_user,
    added_at     timestamptz NOT NULL,
    PRIMARY KEY (hold_id, recording_id)
);
CREATE INDEX legal_hold_recording_recording ON legal_hold_recording (recording_id);

CREATE FUNCTION is_held(recording uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$SELECT EXISTS (SELECT 1 FROM legal_hold_recording r JOIN legal_hold h ON h.id = r.hold_id WHERE r.recording_id = recording AND h.released_at IS NULL)$$;

-- +goose StatementBegin
CREATE FUNCTION guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL OR NEW.released_at IS NULL
       OR (NEW.id, NEW.case_number, NEW.reason, NEW.placed_by, NEW.placed_at) IS DISTINCT FROM (OLD.id, OLD.case_number, OLD.reason, OLD.placed_by, OLD.placed_at) THEN
        RAISE EXCEPTION 'T-02: a legal hold is released once, and nothing else of it changes' USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON legal_hold FOR EACH ROW EXECUTE FUNCTION guard_hold();

-- +goose StatementBegin
CREATE FUNCTION guard_hold_recording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    -- The row's lock keeps an expiry from passing a hold by, and the other way round.
    SELECT r.state INTO state FROM recording r WHERE r.id = NEW.recording_id FOR UPDATE;
    IF state IN ('expired','deleted') THEN
        RAISE EXCEPTION 'T-02: recording % has expired and cannot be held any more', NEW.recording_id USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON legal_hold_recording FOR EACH ROW EXECUTE FUNCTION guard_hold_recording();

-- ---------------------------------------------------------------- expiry
CREATE TABLE expiry_batch (       -- what somebody proposes to delete, and a second person decides
    id              uuid PRIMARY KEY,
    reason          text NOT NULL CHECK (btrim(reason) <> ''),
    proposed_by     uuid NOT NULL REFERENCES app_user,
    proposed_at     timestamptz NOT NULL,
    decision        text NOT NULL DEFAULT 'open' CHECK (decision IN ('open','approved','refused')),
    decided_by      uuid REFERENCES app_user,
    decided_at      timestamptz,
    decision_reason text NOT NULL DEFAULT '',
    CHECK (decided_by <> proposed_by),                       -- nobody approves their own
    CHECK ((decision = 'open') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (decision <> 'refused' OR btrim(decision_reason) <> '')
);
CREATE INDEX expiry_batch_proposed ON expiry_batch (proposed_at DESC, id);

CREATE TABLE expiry_item (
    batch_id     uuid NOT NULL REFERENCES expiry_batch,
    recording_id uuid NOT NULL REFERENCES recording,
    deleted_at   timestamptz,
    spared       text NOT NULL DEFAULT '',                   -- why it was not deleted although it was approved
    PRIMARY KEY (batch_id, recording_id)
);
CREATE INDEX expiry_item_recording ON expiry_item (recording_id);

-- +goose StatementBegin
CREATE FUNCTION guard_expiry_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decision <> 'open' OR NEW.decision = 'open'
       OR (NEW.id, NEW.reason, NEW.proposed_by, NEW.proposed_at) IS DISTINCT FROM (OLD.id, OLD.reason, OLD.proposed_by, OLD.proposed_at) THEN
        RAISE EXCEPTION 'T-02: an expiry is decided once' USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON expiry_batch FOR EACH ROW EXECUTE FUNCTION guard_expiry_batch();

-- +goose StatementBegin
CREATE FUNCTION guard_expiry_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT decision FROM expiry_batch WHERE id = NEW.batch_id) <> 'open' THEN
        RAISE EXCEPTION 'T-02: what was decided on is not added to' USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON expiry_item FOR EACH ROW EXECUTE FUNCTION guard_expiry_item();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION guard_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-02: retention is extended, never shortened; what was sealed is not rewritten.
    IF OLD.retain_until IS NOT NULL AND (NEW.retain_until IS NULL OR NEW.retain_until < OLD.retain_until) THEN
        RAISE EXCEPTION 'T-02: retention of recording % cannot be shortened', OLD.id USING ERRCODE = 'HF002';
    END IF;
    IF OLD.sha256 IS NOT NULL AND (NEW.sha256, NEW.bytes, NEW.duration_ms, NEW.call_id) IS DISTINCT FROM (OLD.sha256, OLD.bytes, OLD.duration_ms, OLD.call_id) THEN
        RAISE EXCEPTION 'T-02: recording % is sealed and cannot be altered', OLD.id USING ERRCODE = 'HF002';
    END IF;
    IF NEW.state IN ('expired','deleted') AND OLD.state <> NEW.state THEN
        IF OLD.retain_until IS NULL OR OLD.retain_until > now() THEN
            RAISE EXCEPTION 'T-02: recording % is retained', OLD.id USING ERRCODE = 'HF002';
        END IF;
        IF is_held(OLD.id) THEN
            RAISE EXCEPTION 'T-02: recording % is under legal hold', OLD.id USING ERRCODE = 'HF002';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM expiry_item i JOIN expiry_batch b ON b.id = i.batch_id WHERE i.recording_id = OLD.id AND b.decision = 'approved') THEN
            RAISE EXCEPTION 'T-02: nobody has approved that recording % expires', OLD.id USING ERRCODE = 'HF002';
        END IF;
    END IF;
    IF OLD.state IN ('expired','deleted') AND NEW.state <> OLD.state AND NOT (OLD.state = 'expired' AND NEW.state = 'deleted') THEN
        RAISE EXCEPTION 'T-02: recording % has expired', OLD.id USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['legal_hold','legal_hold_recording','expiry_batch','expiry_item'] LOOP
        EXECUTE format('CREATE TRIGGER keep BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_delete()', t);
        EXECUTE format('CREATE TRIGGER keep_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete()', t);
    END LOOP;
    EXECUTE 'CREATE TRIGGER once BEFORE UPDATE ON legal_hold_recording FOR EACH ROW EXECUTE FUNCTION refuse_change()';
END $$;
-- +goose StatementEnd
CREATE INDEX recording_retained ON recording (retain_until) WHERE state IN ('stored','verified');

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
