-- +goose Up
-- Messages to customers by SMS and e-mail, with the proof of what became of them
-- (Rules C-14, C-26, M-03): an outbox, what customers refuse, and templates.

-- ---------------------------------------------------------------- where to
CREATE TABLE customer_email (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer,
    address     text NOT NULL CHECK (address ~ '^[^@\s]+@[^@\s]+$' AND length(address) <= 254),
    created_by  uuid REFERENCES app_user,
    created_at  timestamptz NOT NULL,
    invalid_at  timestamptz,                -- the mail server said that there is no such mailbox
    UNIQUE (customer_id, address)
);

-- A customer's refusal of a channel stands until it is lifted. Rule C-14.
CREATE TABLE channel_refusal (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer,
    channel     text NOT NULL CHECK (channel IN ('sms','email','letter','visit')),
    how         text NOT NULL CHECK (how IN ('reply','link','agent')),
    said        text NOT NULL DEFAULT '',   -- the customer's own words
    at          timestamptz NOT NULL,
    by_id       uuid REFERENCES app_user,
    lifted_at   timestamptz,
    lifted_by   uuid REFERENCES app_user,
    lift_reason text NOT NULL DEFAULT '',
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CHECK (lifted_at IS NULL OR btrim(lift_reason) <> '')
);
CREATE UNIQUE INDEX channel_refusal_in_force ON channel_refusal (customer_id, channel) WHERE lifted_at IS NULL;
CREATE TRIGGER keep BEFORE DELETE ON channel_refusal FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON channel_refusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- ---------------------------------------------------------------- templates
CREATE TABLE message_template (   -- a change is a new version; the highest is in force
    id         uuid PRIMARY KEY,
    purpose    text NOT NULL CHECK (purpose IN ('missed_calls','appointment','complaint_received','second_call_back','birthday','festival','notice')),
    channel    text NOT NULL CHECK (channel IN ('sms','email')),
    language   text NOT NULL CHECK (language IN ('zh-CN','en')),
    version    int  NOT NULL CHECK (version >= 1),
    subject    text NOT NULL DEFAULT '',
    body       text NOT NULL CHECK (btrim(body) <> ''),
    created_by uuid REFERENCES app_user,    -- none: shipped
    created_at timestamptz NOT NULL,
    UNIQUE (purpose, channel, language, version),
    CHECK ((channel = 'email') = (btrim(subject) <> ''))
);
CREATE TRIGGER keep BEFORE DELETE ON message_template FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON message_template FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON message_template FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------- messages
CREATE TABLE message (
    id           uuid PRIMARY KEY,
    number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,   -- the order in which a customer gets them
    customer_id  uuid NOT NULL REFERENCES customer,
    task_id      uuid,
    channel      text NOT NULL CHECK (channel IN ('sms','email')),
    purpose      text NOT NULL CHECK (purpose IN ('missed_calls','appointment','complaint_received','second_call_back','birthday','festival','notice')),
    template_id  uuid NOT NULL REFERENCES message_template,
    language     text NOT NULL,
    address      text NOT NULL CHECK (address <> ''),          -- number or mailbox, as it is sent to
    subject      text NOT NULL DEFAULT '',
    body         text NOT NULL CHECK (btrim(body) <> ''),
    segments     int  NOT NULL DEFAULT 0,                      -- SMS only
    closes_task  boolean NOT NULL DEFAULT false,               -- Rule C-14: once proven, the task is served
    source_key   text UNIQUE,                                  -- the same thing is said once
    unsubscribe  text NOT NULL UNIQUE,                         -- the secret part of the link in an e-mail
    state        text NOT NULL CHECK (state IN ('queued','sending','sent','delivered','failed','opted_out','cancelled')),
    tries        int NOT NULL DEFAULT 0,
    next_try_at  timestamptz NOT NULL,
    claimed_by   text NOT NULL DEFAULT '',
    claim_until  timestamptz,
    gateway_id   text NOT NULL DEFAULT '',                     -- how the gateway names it
    last_error   text NOT NULL DEFAULT '',
    created_by   uuid REFERENCES app_user,
    created_at   timestamptz NOT NULL,
    sent_at      timestamptz,
    delivered_at timestamptz,
    updated_at   timestamptz NOT NULL,
    FOREIGN KEY (task_id, customer_id) REFERENCES task (id, customer_id),
    CHECK (state <> 'sending' OR claimed_by <> '' AND claim_until IS NOT NULL),
    CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
    CHECK (NOT closes_task OR task_id IS NOT NULL)
);
-- A customer gets one at a time on a channel, whatever the code does.
CREATE UNIQUE INDEX message_one_at_a_time ON message (customer_id, channel) WHERE state = 'sending';
CREATE INDEX message_waiting ON message (next_try_at, number) WHERE state = 'queued';
CREATE INDEX message_unfinished ON message (customer_id, channel, number) WHERE state IN ('queued','sending');
CREATE INDEX message_created ON message (created_at DESC, id DESC);
CREATE INDEX message_customer ON message (customer_id, created_at DESC);
CREATE INDEX message_task ON message (task_id, created_at) WHERE task_id IS NOT NULL;
CREATE INDEX message_address ON message (address, number DESC);
CREATE TRIGGER keep BEFORE DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON message FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- Rule C-14: nothing is queued or sent on a channel that the customer refuses;
-- what was said stands as it was said; and the states are passed as the code says.
-- +goose StatementBegin
CREATE FUNCTION guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.customer_id, NEW.task_id, NEW.channel, NEW.purpose, NEW.template_id, NEW.language, NEW.address, NEW.subject, NEW.body, NEW.closes_task, NEW.source_key, NEW.unsubscribe, NEW.created_by, NEW.created_at)
           IS DISTINCT FROM (OLD.id, OLD.customer_id, OLD.task_id, OLD.channel, OLD.purpose, OLD.template_id, OLD.language, OLD.address, OLD.subject, OLD.body, OLD.closes_task, OLD.source_key, OLD.unsubscribe, OLD.created_by, OLD.created_at) THEN
            RAISE EXCEPTION 'C-14: what message % says cannot be altered', OLD.id USING ERRCODE = 'HF114';
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('queued','sending'), ('queued','sent'), ('queued','delivered'), ('queued','opted_out'), ('queued','cancelled'),
            ('sending','queued'), ('sending','sent'), ('sending','delivered'), ('sending','failed'), ('sending','opted_out'),
            ('sent','delivered'), ('sent','failed'),
            ('failed','queued'), ('failed','sent'), ('failed','delivered')) THEN
            RAISE EXCEPTION 'C-14: a message that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'HF114';
        END IF;
    END IF;
    IF NEW.state IN ('queued','sending') AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state)
       AND EXISTS (SELECT 1 FROM channel_refusal r WHERE r.customer_id = NEW.customer_id AND r.channel = NEW.channel AND r.lifted_at IS NULL) THEN
        RAISE EXCEPTION 'C-14: the customer refuses %', NEW.channel USING ERRCODE = 'HF114';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON message FOR EACH ROW EXECUTE FUNCTION guard_message();

-- What became of a message, step by step, with what the gateway said: the proof.
CREATE TABLE message_event (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES message,
    at         timestamptz NOT NULL,
    step       text NOT NULL CHECK (step IN ('queue','claim','sent','delivered','fail','again','opt_out','cancel','retry','reply')),
    state      text NOT NULL CHECK (state IN ('queued','sending','sent','delivered','failed','opted_out','cancelled')),
    by_id      uuid REFERENCES app_user,
    note       text NOT NULL DEFAULT '',
    receipt    bytea                        -- the very bytes that the gateway sent, as they were signed
);
CREATE INDEX message_event_message ON message_event (message_id, id);
CREATE TRIGGER keep BEFORE DELETE ON message_event FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON message_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON message_event FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE message_reply (      -- what came back by SMS, once each
    id          text PRIMARY KEY CHECK (id <> ''),             -- the gateway's
    number      text NOT NULL,
    said        text NOT NULL,
    at          timestamptz NOT NULL,
    message_id  uuid REFERENCES message,                       -- the last one to that number; none: a stranger
    opt_out     boolean NOT NULL,
    receipt     bytea NOT NULL
);
CREATE INDEX message_reply_message ON message_reply (message_id);
CREATE TRIGGER keep BEFORE DELETE ON message_reply FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON message_reply FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON message_reply FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
