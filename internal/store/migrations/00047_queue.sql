-- +goose Up
-- What an agent gets next. A task that nobody is assigned to belongs to whoever
-- took it from the queue, for as long as the row here stands: one row of a task,
-- one row of an agent, so that two agents never have the same one and no agent
-- hoards. A lease that is not renewed may be taken over.
CREATE TABLE task_claim (
    task_id  uuid PRIMARY KEY REFERENCES task,
    agent_id uuid NOT NULL UNIQUE REFERENCES app_user,
    class    text NOT NULL CHECK (class IN ('complaint','appointment','deadline','retry','rest')),
    taken_at timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    CHECK (until > taken_at)
);

-- What an agent put aside, why, and until when it is not offered to them again.
CREATE TABLE task_skip (
    id       uuid PRIMARY KEY,
    task_id  uuid NOT NULL REFERENCES task,
    agent_id uuid NOT NULL REFERENCES app_user,
    reason   text NOT NULL CHECK (btrim(reason) <> ''),
    at       timestamptz NOT NULL,
    until    timestamptz NOT NULL
);
CREATE INDEX task_skip_agent ON task_skip (agent_id, until);
CREATE INDEX task_skip_task ON task_skip (task_id);
CREATE TRIGGER keep     BEFORE DELETE   ON task_skip FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON task_skip FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON task_skip FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- Whether the next customer's card opens by itself after wrap-up: as the agent
-- wishes, or as the program says. It never dials.
CREATE TABLE agent_setting (
    agent_id    uuid PRIMARY KEY REFERENCES app_user,
    progressive boolean NOT NULL DEFAULT false,
    changed_at  timestamptz NOT NULL
);
ALTER TABLE program ADD COLUMN progressive boolean NOT NULL DEFAULT false;

-- A task that is finished, given to somebody, or back among those that wait is
-- in nobody's hands, whoever changes it.
-- +goose StatementBegin
CREATE FUNCTION end_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.assignee_id IS DISTINCT FROM OLD.assignee_id
       OR NEW.state IS DISTINCT FROM OLD.state AND NEW.state NOT IN ('calling','wrapup') THEN
        DELETE FROM task_claim WHERE task_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER end_claim AFTER UPDATE ON task FOR EACH ROW EXECUTE FUNCTION end_claim();

-- One index for each class of the queue, in its order: of one agent, and of nobody.
CREATE INDEX task_queue_complaint   ON task (assignee_id, due_at, id) WHERE complaint AND state IN ('open','waiting','appointment');
CREATE INDEX task_queue_appointment ON task (assignee_id, appointment_at, id) WHERE state = 'appointment';
CREATE INDEX task_queue_deadline    ON task (assignee_id, hard_due_at, id) WHERE state IN ('open','waiting') AND hard_due_at IS NOT NULL;
CREATE INDEX task_queue_retry       ON task (assignee_id, (coalesce(next_from, due_at)), id) WHERE state = 'waiting';
CREATE INDEX task_queue_rest        ON task (assignee_id, due_at, id) WHERE state = 'open';

-- Which time zones there are, asked at every step of the queue.
CREATE INDEX customer_time_zone ON customer (time_zone);

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
