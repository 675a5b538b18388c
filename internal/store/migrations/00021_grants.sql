-- +goose Up
-- Who does not hear recordings by role asks, the head of records decides, and a
-- grant follows (Rule S-02). What goes to a regulator is filed first (S-03).

CREATE TABLE access_request (
    id            uuid PRIMARY KEY,
    requester_id  uuid NOT NULL REFERENCES app_user,
    purpose       text NOT NULL CHECK (btrim(purpose) <> ''),
    named         uuid[] NOT NULL DEFAULT '{}',      -- ids of recordings or calls as they were given; nobody says whether they exist
    customer_name text NOT NULL DEFAULT '',          -- or a query: a customer's name, and a period
    from_at       timestamptz,
    to_at         timestamptz,
    days          integer NOT NULL CHECK (days BETWEEN 1 AND 90),
    download      boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open','approved','refused')),
    decided_by    uuid REFERENCES app_user,
    decided_at    timestamptz,
    reason        text NOT NULL DEFAULT '',
    CHECK (cardinality(named) BETWEEN 1 AND 200 OR (btrim(customer_name) <> '' AND from_at < to_at)),
    CHECK ((state = 'open') = (decided_by IS NULL) AND (state = 'open') = (decided_at IS NULL)),
    CHECK (state <> 'refused' OR btrim(reason) <> ''),
    CONSTRAINT access_request_own CHECK (decided_by <> requester_id)
);
CREATE INDEX access_request_created ON access_request (created_at DESC, id DESC);
CREATE INDEX access_request_requester ON access_request (requester_id, created_at DESC);

CREATE TABLE access_grant (
    id            uuid PRIMARY KEY,
    request_id    uuid NOT NULL UNIQUE REFERENCES access_request,
    user_id       uuid NOT NULL REFERENCES app_user,
    recordings    uuid[] NOT NULL CHECK (cardinality(recordings) BETWEEN 1 AND 200),
    until         timestamptz NOT NULL,
    download      boolean NOT NULL,
    granted_by    uuid NOT NULL REFERENCES app_user,
    granted_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    revoked_by    uuid REFERENCES app_user,
    revoke_reason text NOT NULL DEFAULT '',
    CHECK (until > granted_at),
    CONSTRAINT access_grant_own CHECK (granted_by <> user_id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (btrim(revoke_reason) = ''))
);
CREATE INDEX access_grant_user ON access_grant (user_id, until);
CREATE INDEX access_grant_granted ON access_grant (granted_at DESC, id DESC);

CREATE TABLE filing (
    id            uuid PRIMARY KEY,
    authority     text NOT NULL CHECK (btrim(authority) <> ''),
    reference     text NOT NULL CHECK (btrim(reference) <> ''),
    legal_basis   text NOT NULL CHECK (btrim(legal_basis) <> ''),
    recordings    uuid[] NOT NULL CHECK (cardinality(recordings) BETWEEN 1 AND 10000),
    state         text NOT NULL DEFAULT 'drafted' CHECK (state IN ('drafted','filed','handed_over')),
    drafted_by    uuid NOT NULL REFERENCES app_user,
    drafted_at    timestamptz NOT NULL,
    filed_by      uuid REFERENCES app_user,
    filed_at      timestamptz,
    pack_sha256   bytea CHECK (octet_length(pack_sha256) = 32),
    taken_by      text NOT NULL DEFAULT '',          -- who took it, as written on the receipt
    handed_by     uuid REFERENCES app_user,
    handed_at     timestamptz,
    CHECK ((state = 'drafted') = (filed_at IS NULL) AND (filed_at IS NULL) = (filed_by IS NULL)),
    CHECK ((state = 'handed_over') = (handed_at IS NOT NULL) AND (handed_at IS NULL) = (handed_by IS NULL)
       AND (handed_at IS NULL) = (pack_sha256 IS NULL) AND (handed_at IS NULL) = (btrim(taken_by) = ''))
);
CREATE INDEX filing_drafted ON filing (drafted_at DESC, id DESC);

ALTER TABLE recording_access
    ADD COLUMN grant_id uuid REFERENCES access_grant,
    DROP CONSTRAINT recording_access_action_check,
    ADD CONSTRAINT recording_access_action_check CHECK (action IN ('opened','fetched','heard','refused','listed','downloaded','exported'));
CREATE INDEX recording_access_grant ON recording_access (grant_id, at DESC) WHERE grant_id IS NOT NULL;

-- The leaf of an access under a grant names the grant; every other is as it was.
CREATE OR REPLACE FUNCTION evidence_access_1(a recording_access) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', a.id, 'recording_id', a.recording_id, 'user_id', a.user_id, 'at', evidence_time(a.at), 'action', a.action,
    'channel', a.channel, 'from_ms', a.from_ms, 'to_ms', a.to_ms, 'ip', a.ip)
    || CASE WHEN a.grant_id IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('grant_id', a.grant_id) END$$;

-- Whether somebody has an interest in the case of a recording: they called the
-- customer in it or took the call over, the customer is theirs, or their
-- department's (as Rule C-15).
CREATE FUNCTION has_interest(person uuid, rec uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM recording r JOIN call c ON c.id = r.call_id JOIN customer cu ON cu.id = c.customer_id JOIN app_user u ON u.id = person
        WHERE r.id = rec AND (c.agent_id = u.id OR cu.adviser_id = u.id OR cu.department_id = u.department_id
            OR EXISTS (SELECT 1 FROM call o WHERE o.task_id = c.task_id AND o.agent_id = u.id)
            OR EXISTS (SELECT 1 FROM call_mark m WHERE m.call_id = c.id AND m.with_id = u.id)))
$$;

-- +goose StatementBegin
CREATE FUNCTION guard_access_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.requester_id, NEW.purpose, NEW.named, NEW.customer_name, NEW.from_at, NEW.to_at, NEW.days, NEW.download, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.requester_id, OLD.purpose, OLD.named, OLD.customer_name, OLD.from_at, OLD.to_at, OLD.days, OLD.download, OLD.created_at)
       OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'S-02: what was asked for, and its decision, stands' USING ERRCODE = 'HF202';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON access_request FOR EACH ROW EXECUTE FUNCTION guard_access_request();

-- +goose StatementBegin
CREATE FUNCTION guard_new_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r access_request;
BEGIN
    SELECT * INTO r FROM access_request WHERE id = NEW.request_id;
    IF r.state IS DISTINCT FROM 'approved' OR r.requester_id <> NEW.user_id OR r.decided_by <> NEW.granted_by OR NEW.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'S-02: a grant belongs to an approved request of the same person' USING ERRCODE = 'HF202';
    END IF;
    IF NEW.until > r.decided_at + make_interval(hours => 24 * r.days) OR NEW.download AND NOT r.download THEN
        RAISE EXCEPTION 'S-02: a grant gives no more than was asked for' USING ERRCODE = 'HF202';
    END IF;
    IF (SELECT count(DISTINCT x.id) FROM unnest(NEW.recordings) AS x(id) JOIN recording t ON t.id = x.id AND t.call_id IS NOT NULL) <> cardinality(NEW.recordings) THEN
        RAISE EXCEPTION 'S-02: a grant names recordings of calls, each once' USING ERRCODE = 'HF202';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(NEW.recordings) AS x(id) WHERE has_interest(NEW.user_id, x.id)) THEN
        RAISE EXCEPTION 'C-15: nobody hears recordings of a case in which they have an interest' USING ERRCODE = 'HF115';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER new BEFORE INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION guard_new_grant();

-- +goose StatementBegin
CREATE FUNCTION guard_access_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.request_id, NEW.user_id, NEW.recordings, NEW.until, NEW.download, NEW.granted_by, NEW.granted_at)
       IS DISTINCT FROM (OLD.id, OLD.request_id, OLD.user_id, OLD.recordings, OLD.until, OLD.download, OLD.granted_by, OLD.granted_at)
       OR OLD.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'S-02: a grant is not changed, not extended and not opened again, only revoked' USING ERRCODE = 'HF202';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON access_grant FOR EACH ROW EXECUTE FUNCTION guard_access_grant();

-- +goose StatementBegin
CREATE FUNCTION guard_filing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'drafted' THEN
            RAISE EXCEPTION 'S-03: what is handed over is filed first' USING ERRCODE = 'HF203';
        END IF;
        IF (SELECT count(DISTINCT x.id) FROM unnest(NEW.recordings) AS x(id) JOIN recording t ON t.id = x.id AND t.call_id IS NOT NULL) <> cardinality(NEW.recordings) THEN
            RAISE EXCEPTION 'S-03: a filing names recordings of calls, each once' USING ERRCODE = 'HF203';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('drafted','filed'), ('filed','handed_over')) THEN
        RAISE EXCEPTION 'S-03: what is handed over is filed first, and what was filed stands' USING ERRCODE = 'HF203';
    END IF;
    IF (NEW.id, NEW.authority, NEW.reference, NEW.legal_basis, NEW.recordings, NEW.drafted_by, NEW.drafted_at)
       IS DISTINCT FROM (OLD.id, OLD.authority, OLD.reference, OLD.legal_basis, OLD.recordings, OLD.drafted_by, OLD.drafted_at)
       OR OLD.state = 'filed' AND (NEW.filed_by, NEW.filed_at) IS DISTINCT FROM (OLD.filed_by, OLD.filed_at) THEN
        RAISE EXCEPTION 'S-03: what was filed stands' USING ERRCODE = 'HF203';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON filing FOR EACH ROW EXECUTE FUNCTION guard_filing();

CREATE TRIGGER keep BEFORE DELETE ON access_request FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON access_grant   FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON filing         FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON access_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON access_grant   FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON filing         FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
