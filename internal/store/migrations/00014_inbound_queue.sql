-- +goose Up
-- Calls of customers are answered: they wait for an agent, who is not known
-- before somebody takes them.

ALTER TABLE call
    ADD COLUMN direction   text NOT NULL DEFAULT 'outbound' CHECK (direction IN ('outbound','inbound')),
    ADD COLUMN queued_at   timestamptz,                    -- inbound: since when the customer waited for an agent
    ADD COLUMN task_before text NOT NULL DEFAULT '',       -- inbound: the state of the task before the call
    ALTER COLUMN agent_id DROP NOT NULL,
    ADD CONSTRAINT call_agent_check CHECK (agent_id IS NOT NULL OR direction = 'inbound'),
    DROP CONSTRAINT call_state_check,
    ADD CONSTRAINT call_state_check CHECK (state IN ('arming','dialing','ringing','announcing','queued','talking','held','wrapup','closed')),
    DROP CONSTRAINT call_outcome_check,
    ADD CONSTRAINT call_outcome_check CHECK (outcome IN ('answered','no_answer','busy','rejected','unreachable','invalid_number','ring_too_short','cancelled','trunk_failure','answered_at_deadline','recorder_failure','internal','not_taken'));

ALTER TABLE attempt DROP CONSTRAINT attempt_outcome_check,
    ADD CONSTRAINT attempt_outcome_check CHECK (outcome IN ('answered','no_answer','busy','rejected','unreachable','invalid_number','ring_too_short','cancelled','trunk_failure','answered_at_deadline','recorder_failure','internal','not_taken'));

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION guard_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-06: how a call ended stands; afterwards it can only be closed.
    IF OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - '{state,updated_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{state,updated_at}'::text[]) THEN
        RAISE EXCEPTION 'T-06: call % has ended and cannot be altered', OLD.id USING ERRCODE = 'HF006';
    END IF;
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'T-06: call % is closed', OLD.id USING ERRCODE = 'HF006';
    END IF;
    -- Rule C-01: a call is not left without its record. One that no agent took
    -- has nobody to write it; it leaves a task to call back.
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.agent_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM callback_record WHERE call_id = NEW.id AND state = 'final') THEN
        RAISE EXCEPTION 'C-01: call % has no final record', OLD.id USING ERRCODE = 'HF101';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
