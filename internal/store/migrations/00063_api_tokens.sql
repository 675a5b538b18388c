-- +goose Up
-- Tokens of other programs, and the keys of requests that must not be carried
-- out twice (Rule C-22).

-- The account of a token has no role of its own and cannot sign in.
ALTER TABLE app_user DROP CONSTRAINT app_user_roles_check, ADD CONSTRAINT app_user_roles_check
    CHECK (roles <@ ARRAY['agent','supervisor','inspector','auditor','records_head','administrator']
           AND (cardinality(roles) > 0) <> starts_with(login, 'token:')),
    ADD CONSTRAINT app_user_token CHECK (NOT starts_with(login, 'token:') OR disabled_at IS NOT NULL);

CREATE TABLE api_token (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (btrim(name) <> ''),
    prefix       text NOT NULL,
    sha256       bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['customers:read','customers:write','dealings:read','dealings:write','events:read',
                 'events:write','tasks:read','tasks:write','imports:write','records:read','recordings:read']),
    per_minute   int NOT NULL CHECK (per_minute BETWEEN 1 AND 60000),
    account_id   uuid NOT NULL UNIQUE REFERENCES app_user,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES app_user,
    expires_at   timestamptz NOT NULL CHECK (expires_at > created_at),
    last_used_at timestamptz,
    last_ip      text NOT NULL DEFAULT '',
    revoked_at   timestamptz
);
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL;
CREATE TRIGGER keep BEFORE DELETE ON api_token FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON api_token FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- What a token may do is never widened, and one that is revoked stays so.
-- +goose StatementBegin
CREATE FUNCTION guard_api_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.name, NEW.sha256, NEW.scopes, NEW.account_id, NEW.created_at, NEW.created_by, NEW.expires_at)
       IS DISTINCT FROM (OLD.name, OLD.sha256, OLD.scopes, OLD.account_id, OLD.created_at, OLD.created_by, OLD.expires_at)
       OR OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'C-22: token % cannot be altered, only revoked', OLD.name USING ERRCODE = 'HF122';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON api_token FOR EACH ROW EXECUTE FUNCTION guard_api_token();

CREATE TABLE api_request (          -- Idempotency-Key
    account_id   uuid NOT NULL REFERENCES app_user,
    key          text NOT NULL,
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    attempt      uuid NOT NULL,
    begun_at     timestamptz NOT NULL,
    until        timestamptz NOT NULL,
    applied_at   timestamptz,       -- written in the transaction of the change
    answered_at  timestamptz,
    status       int,
    content_type text NOT NULL DEFAULT '',
    body         bytea,
    PRIMARY KEY (account_id, key),
    CHECK ((answered_at IS NULL) = (status IS NULL))
);
CREATE INDEX api_request_begun ON api_request (begun_at);

-- +goose Down
DROP TABLE api_request;
DROP TABLE api_token;
DROP FUNCTION guard_api_token();
