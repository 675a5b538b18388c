-- +goose Up
-- The facts of Huifang. State words are those of the Go code (a test compares
-- them); rules that must hold whatever the code does stand here as constraints
-- and triggers, each with its rule id.

-- ---------------------------------------------------------------- people
CREATE TABLE branch (
    id   uuid PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE department (
    id        uuid PRIMARY KEY,
    branch_id uuid NOT NULL REFERENCES branch,
    name      text NOT NULL,
    UNIQUE (branch_id, name)
);

CREATE TABLE app_user (
    id            uuid PRIMARY KEY,
    login         text NOT NULL UNIQUE CHECK (login = lower(login) AND login <> ''),
    name          text NOT NULL CHECK (name <> ''),
    staff_number  text NOT NULL UNIQUE,
    department_id uuid REFERENCES department,
    roles         text[] NOT NULL CHECK (roles <@ ARRAY['agent','supervisor','inspector','auditor','records_head','administrator'] AND cardinality(roles) > 0),
    languages     text[] NOT NULL DEFAULT '{zh-CN}',
    password_hash text NOT NULL,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL
);

CREATE TABLE user_session (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES app_user,
    token_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ip           text NOT NULL,
    user_agent   text NOT NULL,
    revoked_at   timestamptz,
    revoked_by   uuid REFERENCES app_user
);
CREATE INDEX user_session_user ON user_session (user_id, last_seen_at DESC);

CREATE TABLE sign_in_attempt (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL,
    ip    text NOT NULL,
    at    timestamptz NOT NULL,
    ok    boolean NOT NULL
);
CREATE INDEX sign_in_attempt_login ON sign_in_attempt (login, at DESC);
CREATE INDEX sign_in_attempt_ip ON sign_in_attempt (ip, at DESC);

-- ---------------------------------------------------------------- customers
CREATE TABLE customer (
    id                  uuid PRIMARY KEY,
    code                text NOT NULL UNIQUE,               -- business key of imports
    kind                text NOT NULL CHECK (kind IN ('investor','equipment_operator','furniture_buyer','advertiser','other')),
    name                text NOT NULL CHECK (name <> ''),
    name_grams          text[] NOT NULL DEFAULT '{}',       -- 1- and 2-grams, computed by the program
    salutation          text NOT NULL DEFAULT '',           -- Mr, Ms, 先生, 女士, title
    language            text NOT NULL DEFAULT 'zh-CN',      -- Rule T-11
    government          boolean NOT NULL DEFAULT false,     -- Rule T-05: narrower windows
    time_zone           text NOT NULL DEFAULT 'Asia/Shanghai',
    grade               text NOT NULL DEFAULT '',
    city                text NOT NULL DEFAULT '',
    notes               text NOT NULL DEFAULT '',
    adviser_id          uuid REFERENCES app_user,           -- Rule C-15: whose customer it is
    department_id       uuid REFERENCES department,         -- Rule C-15: which department's customer it is
    do_not_call_at      timestamptz,                        -- Rule C-14
    do_not_call_reason  text NOT NULL DEFAULT '',
    do_not_call_channel text NOT NULL DEFAULT '' CHECK (do_not_call_channel IN ('','sms','email','letter','visit')),
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL
);
CREATE INDEX customer_name_grams ON customer USING gin (name_grams);

CREATE TABLE contact_point (
    id           uuid PRIMARY KEY,
    customer_id  uuid NOT NULL REFERENCES customer,
    number       text NOT NULL CHECK (number ~ '^\+?[0-9]{3,15}$'),   -- E.164, or a short code or extension
    label        text NOT NULL DEFAULT '',
    position     int  NOT NULL DEFAULT 0,
    invalid_at   timestamptz,                               -- the network said the number does not exist
    UNIQUE (customer_id, number),
    UNIQUE (id, customer_id)
);
CREATE INDEX contact_point_tail ON contact_point (reverse(number) text_pattern_ops);

-- ---------------------------------------------------------------- programs and content
CREATE TABLE program (
    id            uuid PRIMARY KEY,
    code          text NOT NULL UNIQUE,
    name_zh       text NOT NULL,
    name_en       text NOT NULL,
    -- settings that the rules put at a program's disposal, with their defaults
    min_ring_ms          int NOT NULL DEFAULT 20000 CHECK (min_ring_ms BETWEEN 0 AND 60000),            -- Rule T-03
    max_ring_ms          int NOT NULL DEFAULT 45000,                                                   -- Rule T-03
    min_attempts         int NOT NULL DEFAULT 3 CHECK (min_attempts >= 1),                             -- Rule T-04
    attempt_spacing_min  int NOT NULL DEFAULT 120 CHECK (attempt_spacing_min BETWEEN 0 AND 720),       -- Rule T-04
    windows              jsonb NOT NULL,                                                               -- Rule T-05, see callback.Windows
    government_windows   jsonb NOT NULL,                                                               -- Rule T-05
    retention_years      int NOT NULL DEFAULT 3 CHECK (retention_years >= 3),                          -- Rule T-02
    caller_id            text NOT NULL DEFAULT '',                                                     -- Rule T-07, empty = the trunk's
    confirm_agent_hangup boolean NOT NULL DEFAULT true,                                                -- Rule T-09
    recording_notice     boolean NOT NULL DEFAULT true,                                                -- Rule T-12
    script               jsonb NOT NULL DEFAULT '{}',   -- {"version":1,"zh-CN":[{"key","title","text"}],"en":[...]}
    questionnaire        jsonb NOT NULL DEFAULT '{}',   -- {"version":1,"items":[{"key","kind","required","red_flag","label":{"zh-CN","en"},"choices":[...]}]}
    created_at           timestamptz NOT NULL,
    CHECK (max_ring_ms > min_ring_ms)
);

CREATE TABLE calendar_day (       -- Rule T-05: what administrators changed; beats the vendored data
    day        date PRIMARY KEY,
    working    boolean NOT NULL,
    name       text NOT NULL DEFAULT '',
    changed_by uuid REFERENCES app_user,
    changed_at timestamptz NOT NULL
);

-- ---------------------------------------------------------------- tasks
CREATE TABLE task (
    id             uuid PRIMARY KEY,
    program_id     uuid NOT NULL REFERENCES program,
    customer_id    uuid NOT NULL REFERENCES customer,
    assignee_id    uuid REFERENCES app_user,
    source         text NOT NULL CHECK (source IN ('manual','import','sample')),
    source_key     text UNIQUE,                            -- idempotence of imports
    purpose        text NOT NULL DEFAULT '',
    complaint      boolean NOT NULL DEFAULT false,
    state          text NOT NULL CHECK (state IN ('open','waiting','appointment','calling','wrapup','done','unreachable','data_check','other_channel','cancelled')),
    due_at         timestamptz NOT NULL,                   -- soft deadline
    hard_due_at    timestamptz,
    appointment_at timestamptz,                            -- Rule C-24
    next_from      timestamptz,                            -- Rule T-04: the slot proposed for the next attempt
    next_until     timestamptz,
    counted        int NOT NULL DEFAULT 0 CHECK (counted >= 0),
    closed_at      timestamptz,
    closed_by      uuid REFERENCES app_user,
    close_reason   text NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    UNIQUE (id, customer_id),
    CHECK ((closed_at IS NOT NULL) = (state IN ('done','unreachable','other_channel','cancelled'))),
    CHECK ((state = 'appointment') <= (appointment_at IS NOT NULL))
);
CREATE INDEX task_desk ON task (assignee_id, state, due_at);
CREATE INDEX task_customer ON task (customer_id);

-- ---------------------------------------------------------------- calls
CREATE TABLE call (
    id               uuid PRIMARY KEY,                     -- version 4: cannot be guessed
    task_id          uuid NOT NULL REFERENCES task,
    customer_id      uuid NOT NULL REFERENCES customer,
    contact_point_id uuid NOT NULL REFERENCES contact_point,
    agent_id         uuid NOT NULL REFERENCES app_user,
    instance         text NOT NULL,
    state            text NOT NULL CHECK (state IN ('arming','dialing','ringing','announcing','talking','held','wrapup','closed')),
    outcome          text CHECK (outcome IN ('answered','no_answer','busy','rejected','unreachable','invalid_number','ring_too_short','cancelled','trunk_failure','answered_at_deadline','recorder_failure','internal')),
    reason           text NOT NULL DEFAULT '',
    ended_by         text CHECK (ended_by IN ('agent','customer','network','system')),
    started_at       timestamptz NOT NULL,
    ringing_at       timestamptz,
    answered_at      timestamptz,
    talk_at          timestamptz,                          -- agent and customer connected
    ended_at         timestamptz,
    notice_at        timestamptz,                          -- Rule T-12: when the notice began to play
    notice_ended_at  timestamptz,
    quality          jsonb NOT NULL DEFAULT '{}',
    updated_at       timestamptz NOT NULL,
    UNIQUE (id, task_id),
    FOREIGN KEY (task_id, customer_id) REFERENCES task (id, customer_id),
    FOREIGN KEY (contact_point_id, customer_id) REFERENCES contact_point (id, customer_id),
    CHECK ((state IN ('wrapup','closed')) = (ended_at IS NOT NULL)),
    CHECK ((ended_at IS NOT NULL) = (outcome IS NOT NULL))
);
CREATE UNIQUE INDEX call_one_live_per_agent ON call (agent_id) WHERE state NOT IN ('wrapup','closed');
CREATE UNIQUE INDEX call_one_live_per_task ON call (task_id) WHERE state NOT IN ('wrapup','closed');
CREATE INDEX call_agent ON call (agent_id, started_at DESC);
CREATE INDEX call_task ON call (task_id, started_at DESC);
CREATE INDEX call_customer ON call (customer_id, started_at DESC);

CREATE TABLE attempt (           -- Rule T-06: every dial leaves its row, opened before the INVITE
    id                uuid PRIMARY KEY,
    call_id           uuid NOT NULL REFERENCES call,
    task_id           uuid NOT NULL REFERENCES task,
    ordinal           int  NOT NULL CHECK (ordinal >= 1),  -- within the call: trunk fail-over makes another (Rule T-07)
    trunk             text NOT NULL,
    caller_id         text NOT NULL,
    number            text NOT NULL,
    slot_date         date NOT NULL,                       -- Rule T-04, in the customer's time zone
    slot_window       text NOT NULL,                       -- "10:00-11:00", or "appointment", "override"
    dialed_at         timestamptz NOT NULL,
    first_response_at timestamptz,
    ringing_at        timestamptz,
    ringing_signal    text CHECK (ringing_signal IN ('180','183_media')),   -- Rule T-03: which signal started the ring clock
    first_media_at    timestamptz,
    answered_at       timestamptz,
    ended_at          timestamptz,
    ended_by          text CHECK (ended_by IN ('agent','customer','network','system')),
    sip_code          int,
    sip_reason        text NOT NULL DEFAULT '',
    q850_cause        int,
    outcome           text CHECK (outcome IN ('answered','no_answer','busy','rejected','unreachable','invalid_number','ring_too_short','cancelled','trunk_failure','answered_at_deadline','recorder_failure','internal')),
    reason            text NOT NULL DEFAULT '',
    ring_ms           int,
    ring_ok           boolean,
    counted           boolean NOT NULL DEFAULT false,
    override_reason   text NOT NULL DEFAULT '',            -- Rules T-03, T-05: a supervisor's logged override
    override_by       uuid REFERENCES app_user,
    UNIQUE (call_id, ordinal),
    FOREIGN KEY (call_id, task_id) REFERENCES call (id, task_id),
    CHECK ((ended_at IS NOT NULL) = (outcome IS NOT NULL)),
    CHECK ((ringing_at IS NULL) = (ringing_signal IS NULL)),
    -- coalesce, because a CHECK whose answer is NULL lets the row in
    CHECK (NOT counted OR coalesce(outcome, '') IN ('no_answer','busy','rejected','unreachable','answered','answered_at_deadline')),
    CHECK (NOT counted OR outcome <> 'no_answer' OR coalesce(ring_ok, false))   -- Rule T-04
);
CREATE INDEX attempt_task ON attempt (task_id, dialed_at);

-- ---------------------------------------------------------------- recordings
CREATE TABLE recording (
    id              uuid PRIMARY KEY,                      -- version 4: cannot be guessed
    call_id         uuid NOT NULL UNIQUE REFERENCES call,
    instance        text NOT NULL,                         -- whose spool holds it
    state           text NOT NULL CHECK (state IN ('opened','spooling','sealed','uploading','stored','verified','held','expired','deleted','failed','missing')),
    interrupted     boolean NOT NULL DEFAULT false,
    opened_at       timestamptz NOT NULL,
    sealed_at       timestamptz,
    started_at      timestamptz,                           -- time of the first sample
    duration_ms     bigint,
    bytes           bigint,
    sha256          bytea CHECK (octet_length(sha256) = 32),
    law             text CHECK (law IN ('alaw','mulaw')),
    left_active_ms  bigint,                                -- time with sound on the agent's channel
    right_active_ms bigint,
    empty_left      boolean NOT NULL DEFAULT false,
    empty_right     boolean NOT NULL DEFAULT false,
    facts           jsonb NOT NULL DEFAULT '{}',           -- counters of the timeline, marks, checks
    bucket          text NOT NULL DEFAULT '',
    object_key      text NOT NULL DEFAULT '',
    version_id      text NOT NULL DEFAULT '',
    lock_mode       text NOT NULL DEFAULT '',
    retain_until    timestamptz,                           -- Rule T-02
    uploads         int NOT NULL DEFAULT 0,
    upload_at       timestamptz,                           -- when the next upload is due
    stored_at       timestamptz,
    verified_at     timestamptz,
    local_released_at timestamptz,
    error           text NOT NULL DEFAULT '',
    updated_at      timestamptz NOT NULL,
    UNIQUE (id, call_id),
    CHECK (state NOT IN ('sealed','uploading','stored','verified','held') OR (sha256 IS NOT NULL AND duration_ms IS NOT NULL)),
    CHECK (state NOT IN ('stored','verified','held') OR (object_key <> '' AND retain_until IS NOT NULL AND stored_at IS NOT NULL)),
    CHECK (state <> 'verified' OR verified_at IS NOT NULL)
);
CREATE INDEX recording_upload ON recording (instance, upload_at) WHERE state IN ('sealed','uploading','stored');
CREATE INDEX recording_opened ON recording (opened_at DESC, id DESC);

CREATE TABLE recording_access (   -- Rule S-01: every view of a recording is logged
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recording_id uuid NOT NULL REFERENCES recording,
    user_id      uuid NOT NULL REFERENCES app_user,
    at           timestamptz NOT NULL,
    action       text NOT NULL CHECK (action IN ('opened','fetched','heard','refused')),
    channel      text NOT NULL DEFAULT '' CHECK (channel IN ('','both','left','right')),
    from_ms      bigint,
    to_ms        bigint,
    ip           text NOT NULL DEFAULT ''
);
CREATE INDEX recording_access_recording ON recording_access (recording_id, at DESC);

-- ---------------------------------------------------------------- records
CREATE TABLE callback_record (    -- Rule C-01
    id            uuid PRIMARY KEY,
    call_id       uuid NOT NULL UNIQUE REFERENCES call,
    task_id       uuid NOT NULL REFERENCES task,
    recording_id  uuid REFERENCES recording,
    agent_id      uuid NOT NULL REFERENCES app_user,
    customer_id   uuid NOT NULL REFERENCES customer,
    contacted_at  timestamptz NOT NULL,
    method        text NOT NULL CHECK (method IN ('telephone','visit','letter','email','sms')),
    disposition   text NOT NULL                            -- the agent's code; empty only in a draft
                  CHECK (disposition IN ('','completed','not_convenient','wrong_person','voice_assistant','refused','no_contact','wrong_number','other')),
    content       text NOT NULL DEFAULT '',
    problems      text NOT NULL DEFAULT '',
    handling      text NOT NULL DEFAULT '',
    answers       jsonb NOT NULL DEFAULT '{}',
    questionnaire_version int NOT NULL DEFAULT 0,
    deviation     text NOT NULL DEFAULT '',                -- Rule C-16
    state         text NOT NULL CHECK (state IN ('draft','final')),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    finished_at   timestamptz,
    FOREIGN KEY (call_id, task_id) REFERENCES call (id, task_id),
    FOREIGN KEY (recording_id, call_id) REFERENCES recording (id, call_id),   -- Rule C-01: its own recording
    CHECK ((state = 'final') = (finished_at IS NOT NULL)),
    CHECK (state = 'draft' OR (btrim(content) <> '' AND btrim(problems) <> '' AND btrim(handling) <> '' AND disposition <> ''))  -- Rule C-01
);
CREATE INDEX callback_record_customer ON callback_record (customer_id, contacted_at DESC);

-- ---------------------------------------------------------------- audit
CREATE TABLE audit_event (        -- Rule S-04
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    actor_id    uuid REFERENCES app_user,
    action      text NOT NULL,
    object_kind text NOT NULL DEFAULT '',
    object_id   text NOT NULL DEFAULT '',
    rule        text NOT NULL DEFAULT '',
    reason      text NOT NULL DEFAULT '',
    detail      jsonb NOT NULL DEFAULT '{}',
    ip          text NOT NULL DEFAULT ''
);
CREATE INDEX audit_event_at ON audit_event (at DESC);
CREATE INDEX audit_event_object ON audit_event (object_kind, object_id);

-- ---------------------------------------------------------------- guards
-- +goose StatementBegin
CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'T-02: rows of % are kept and cannot be deleted', TG_TABLE_NAME USING ERRCODE = 'HF002';
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S-04: rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'HF004';
END $$;
-- +goose StatementEnd

-- Rule T-02: every trace of a call-back is kept.
CREATE TRIGGER keep BEFORE DELETE ON call             FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON attempt          FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON recording        FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON recording_access FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON callback_record  FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON audit_event      FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON call             FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON attempt          FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON recording        FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON recording_access FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON callback_record  FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_event      FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
-- Rule S-04: logs are written once.
CREATE TRIGGER once BEFORE UPDATE ON audit_event      FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER once BEFORE UPDATE ON recording_access FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
CREATE FUNCTION guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-06: the evidence of an ended attempt stands. Only the verdict
    -- "counted" of an answered call may still be set by the disposition (Rule T-04).
    IF OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - 'counted') IS DISTINCT FROM (to_jsonb(OLD) - 'counted') THEN
        RAISE EXCEPTION 'T-06: attempt % has ended and cannot be altered', OLD.id USING ERRCODE = 'HF006';
    END IF;
    IF (NEW.id, NEW.call_id, NEW.task_id, NEW.ordinal, NEW.number, NEW.trunk, NEW.slot_date, NEW.slot_window, NEW.dialed_at)
       IS DISTINCT FROM
       (OLD.id, OLD.call_id, OLD.task_id, OLD.ordinal, OLD.number, OLD.trunk, OLD.slot_date, OLD.slot_window, OLD.dialed_at) THEN
        RAISE EXCEPTION 'T-06: what attempt % dialled cannot be altered', OLD.id USING ERRCODE = 'HF006';
    END IF;
    IF OLD.ended_at IS NOT NULL AND NEW.counted AND NOT OLD.counted AND NEW.outcome NOT IN ('answered','answered_at_deadline') THEN
        RAISE EXCEPTION 'T-04: attempt % has its verdict; only an answered one is counted by its disposition', OLD.id USING ERRCODE = 'HF006';
    END IF;
    IF OLD.counted AND NOT NEW.counted THEN
        RAISE EXCEPTION 'T-06: attempt % has been counted', OLD.id USING ERRCODE = 'HF006';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON attempt FOR EACH ROW EXECUTE FUNCTION guard_attempt();

-- +goose StatementBegin
CREATE FUNCTION guard_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-06: how a call ended stands; afterwards it can only be closed.
    IF OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - '{state,updated_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{state,updated_at}'::text[]) THEN
        RAISE EXCEPTION 'T-06: call % has ended and cannot be altered', OLD.id USING ERRCODE = 'HF006';
    END IF;
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'T-06: call % is closed', OLD.id USING ERRCODE = 'HF006';
    END IF;
    -- Rule C-01: a call is not left without its record.
    IF NEW.state = 'closed' AND OLD.state <> 'closed'
       AND NOT EXISTS (SELECT 1 FROM callback_record WHERE call_id = NEW.id AND state = 'final') THEN
        RAISE EXCEPTION 'C-01: call % has no final record', OLD.id USING ERRCODE = 'HF101';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON call FOR EACH ROW EXECUTE FUNCTION guard_call();


-- +goose StatementBegin
CREATE FUNCTION guard_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'final' THEN
        RAISE EXCEPTION 'C-01: record % is final', OLD.id USING ERRCODE = 'HF101';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON callback_record FOR EACH ROW EXECUTE FUNCTION guard_record();

-- +goose StatementBegin
CREATE FUNCTION guard_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-02: retention is extended, never shortened; what was sealed is not rewritten.
    IF OLD.retain_until IS NOT NULL AND (NEW.retain_until IS NULL OR NEW.retain_until < OLD.retain_until) THEN
        RAISE EXCEPTION 'T-02: retention of recording % cannot be shortened', OLD.id USING ERRCODE = 'HF002';
    END IF;
    IF OLD.sha256 IS NOT NULL AND (NEW.sha256, NEW.bytes, NEW.duration_ms, NEW.call_id) IS DISTINCT FROM (OLD.sha256, OLD.bytes, OLD.duration_ms, OLD.call_id) THEN
        RAISE EXCEPTION 'T-02: recording % is sealed and cannot be altered', OLD.id USING ERRCODE = 'HF002';
    END IF;
    IF NEW.state IN ('expired','deleted') AND OLD.state <> NEW.state AND (OLD.retain_until IS NULL OR OLD.retain_until > now()) THEN
        RAISE EXCEPTION 'T-02: recording % is retained', OLD.id USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON recording FOR EACH ROW EXECUTE FUNCTION guard_recording();

-- +goose StatementBegin
CREATE FUNCTION guard_retention_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE call_end timestamptz;
BEGIN
    -- Rule T-02: at least three years from the end of the call.
    IF NEW.retain_until IS NOT NULL THEN
        SELECT coalesce(ended_at, started_at) INTO call_end FROM call WHERE id = NEW.call_id;
        IF NEW.retain_until < call_end + interval '3 years' - interval '1 second' THEN
            RAISE EXCEPTION 'T-02: recording % must be kept until % at least', NEW.id, call_end + interval '3 years' USING ERRCODE = 'HF002';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_period BEFORE INSERT OR UPDATE ON recording FOR EACH ROW EXECUTE FUNCTION guard_retention_period();

-- +goose StatementBegin
CREATE FUNCTION guard_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE need int; n int; slots int; windows int;
BEGIN
    -- Rule T-04: "unreachable" needs the counted attempts, in different
    -- (date, window) slots, at least one of them in another window.
    IF NEW.state = 'unreachable' THEN
        SELECT min_attempts INTO need FROM program WHERE id = NEW.program_id;
        SELECT count(*), count(DISTINCT (slot_date, slot_window)), count(DISTINCT slot_window)
          INTO n, slots, windows FROM attempt WHERE task_id = NEW.id AND counted;
        IF n < need OR slots < need OR (need > 1 AND windows < 2) THEN
            RAISE EXCEPTION 'T-04: task % has % counted attempts in % slots and % windows; % attempts in as many slots and 2 windows are needed',
                NEW.id, n, slots, windows, need USING ERRCODE = 'HF104';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OF state ON task FOR EACH ROW EXECUTE FUNCTION guard_task();

-- +goose StatementBegin
CREATE FUNCTION guard_invite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule T-01: no recorder, no dial. An attempt cannot exist before the recording of its call.
    -- Rule T-06: it is opened before the INVITE, so it has no end and no verdict yet.
    IF NEW.ended_at IS NOT NULL OR NEW.counted THEN
        RAISE EXCEPTION 'T-06: attempt % begins with its end', NEW.id USING ERRCODE = 'HF006';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM recording WHERE call_id = NEW.call_id AND state IN ('opened','spooling')) THEN
        RAISE EXCEPTION 'T-01: call % has no open recording', NEW.call_id USING ERRCODE = 'HF001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_recorder BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION guard_invite();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
