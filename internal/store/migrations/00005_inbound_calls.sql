-- +goose Up
-- Calls of customers to our service numbers that nobody took, and the tasks
-- that they leave.

ALTER TABLE task DROP CONSTRAINT task_source_check,
    ADD CONSTRAINT task_source_check CHECK (source IN ('manual','import','sample','inbound'));

CREATE TABLE inbound_call (       -- Rule T-06: a call that fails is work done too
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    instance    text NOT NULL,
    trunk       text NOT NULL,
    called      text NOT NULL,                             -- the service number
    number      text NOT NULL DEFAULT '' CHECK (number = '' OR number ~ '^\+?[0-9]{3,15}$'),
    withheld    boolean NOT NULL DEFAULT false,            -- the caller does not want to be known
    customer_id uuid REFERENCES customer,
    task_id     uuid,
    FOREIGN KEY (task_id, customer_id) REFERENCES task (id, customer_id),
    -- Whoever can be called back has a task for it.
    CHECK ((number <> '') = (task_id IS NOT NULL)),
    CHECK ((task_id IS NULL) = (customer_id IS NULL))
);
CREATE INDEX inbound_call_customer ON inbound_call (customer_id, at DESC);

-- Rule T-02: every trace of a call-back is kept. Rule S-04: it is written once.
CREATE TRIGGER keep BEFORE DELETE ON inbound_call FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON inbound_call FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON inbound_call FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
