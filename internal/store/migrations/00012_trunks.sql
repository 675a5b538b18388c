-- +goose Up
-- Rule T-07: the ways to the telephone network, as administrators and the
-- configuration file name them. A trunk that is removed keeps its row, without
-- its password: attempts name it.
CREATE TABLE trunk (
    id               uuid PRIMARY KEY,
    name             text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'),
    source           text NOT NULL CHECK (source IN ('config','page')),
    enabled          boolean NOT NULL,
    address          text NOT NULL,                         -- host:port
    transport        text NOT NULL CHECK (transport IN ('udp','tcp','tls')),
    domain           text NOT NULL DEFAULT '',
    username         text NOT NULL DEFAULT '',
    password_key     text NOT NULL DEFAULT '',              -- id of the key that sealed it
    password_sealed  bytea,                                 -- AES-256-GCM, bound to id and key
    caller_id        text NOT NULL DEFAULT '',
    caller_ids       text[] NOT NULL DEFAULT '{}',          -- Rules T-07, T-14: what else may be shown
    register         boolean NOT NULL DEFAULT false,
    register_expires_s int NOT NULL DEFAULT 0 CHECK (register_expires_s BETWEEN 0 AND 86400),
    srtp             text NOT NULL DEFAULT 'off' CHECK (srtp IN ('off','optional','mandatory')),
    strip_prefix     text NOT NULL DEFAULT '',
    add_prefix       text NOT NULL DEFAULT '',
    rewrites         jsonb NOT NULL DEFAULT '[]',           -- [{"prefix","with"}], the first that fits
    max_calls        int NOT NULL DEFAULT 0 CHECK (max_calls >= 0),
    calls_per_second double precision NOT NULL DEFAULT 0 CHECK (calls_per_second >= 0),
    priority         int NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 65535),
    weight           int NOT NULL DEFAULT 1 CHECK (weight BETWEEN 0 AND 65535),
    sources          text[] NOT NULL DEFAULT '{}',
    media_sources    text[] NOT NULL DEFAULT '{}',
    outcomes         jsonb NOT NULL DEFAULT '{}',           -- {"403":"rejected"}
    probe_number     text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    removed_at       timestamptz,
    CHECK ((password_key <> '') = (password_sealed IS NOT NULL)),
    CHECK (removed_at IS NULL OR password_sealed IS NULL)
);
CREATE UNIQUE INDEX trunk_name ON trunk (name) WHERE removed_at IS NULL;
CREATE INDEX attempt_trunk ON attempt (trunk, dialed_at);

CREATE TRIGGER keep BEFORE DELETE ON trunk FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON trunk FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
