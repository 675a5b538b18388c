-- +goose Up
-- Consent of customers and its proof (Rule T-14).
CREATE TABLE consent (
    id              uuid PRIMARY KEY,
    customer_id     uuid NOT NULL REFERENCES customer,
    purpose         text NOT NULL CHECK (purpose IN ('service','survey','marketing','any')),
    proof           text NOT NULL CHECK (proof IN ('contract','form','recording','message','other')),
    proof_ref       text NOT NULL CHECK (btrim(proof_ref) <> ''),    -- where the proof is: number of a contract, of a record, of a letter
    valid_from      timestamptz NOT NULL,
    valid_until     timestamptz,
    recorded_by     uuid NOT NULL REFERENCES app_user,
    recorded_at     timestamptz NOT NULL,
    withdrawn_at    timestamptz,
    withdrawn_by    uuid REFERENCES app_user,
    withdraw_reason text NOT NULL DEFAULT '',
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (btrim(withdraw_reason) = ''))
);
CREATE INDEX consent_customer ON consent (customer_id, valid_from);
CREATE TRIGGER keep     BEFORE DELETE   ON consent FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON consent FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

ALTER TABLE program ADD COLUMN consent text NOT NULL DEFAULT '' CHECK (consent IN ('','service','survey','marketing'));   -- '': none is asked for

-- A consent is withdrawn once, and nothing else of it changes.
-- +goose StatementBegin
CREATE FUNCTION guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
       OR to_jsonb(NEW) - '{withdrawn_at,withdrawn_by,withdraw_reason}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{withdrawn_at,withdrawn_by,withdraw_reason}'::text[] THEN
        RAISE EXCEPTION 'T-14: consent % is only withdrawn, once', OLD.id USING ERRCODE = 'HF014';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON consent FOR EACH ROW EXECUTE FUNCTION guard_consent();

-- No dial without the consent that the program asks for, whatever the code does.
-- +goose StatementBegin
CREATE FUNCTION guard_consented() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM task t JOIN program p ON p.id = t.program_id WHERE t.id = NEW.task_id AND p.consent <> ''
               AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.customer_id = t.customer_id AND c.purpose IN (p.consent, 'any') AND c.withdrawn_at IS NULL
                               AND c.valid_from <= NEW.dialed_at AND (c.valid_until IS NULL OR c.valid_until > NEW.dialed_at))) THEN
        RAISE EXCEPTION 'T-14: the customer of task % has not consented', NEW.task_id USING ERRCODE = 'HF014';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_consented BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION guard_consented();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
