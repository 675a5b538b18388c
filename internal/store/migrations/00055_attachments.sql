-- +goose Up
-- Files that belong to an object of the call-back work: papers, pictures, sound,
-- signatures (Rules C-17, C-19, C-26). They are kept with their hash and neither
-- altered nor deleted (Rule T-02).
CREATE TABLE attachment (
    id          uuid PRIMARY KEY,
    object_kind text NOT NULL CHECK (object_kind IN ('slip','case','visit','record')),
    object_id   uuid NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('document','signature','photo','audio')),
    name        text NOT NULL CHECK (btrim(name) <> ''),
    media_type  text NOT NULL CHECK (media_type ~ '^(image|audio|application)/[a-z0-9.+-]+$'),
    bytes       bigint NOT NULL CHECK (bytes BETWEEN 1 AND 20971520),
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
    added_by    uuid NOT NULL REFERENCES app_user,
    added_at    timestamptz NOT NULL,
    UNIQUE (object_kind, object_id, sha256)          -- the same file is not there twice
);
CREATE INDEX attachment_object ON attachment (object_kind, object_id, added_at);

-- In a table of its own, so that lists never read it.
CREATE TABLE attachment_content (
    attachment_id uuid PRIMARY KEY REFERENCES attachment,
    content       bytea NOT NULL
);
-- Pictures and packed documents do not get smaller: no attempt to pack them again.
ALTER TABLE attachment_content ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TRIGGER keep BEFORE DELETE ON attachment         FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON attachment_content FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON attachment         FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON attachment_content FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON attachment         FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER once BEFORE UPDATE ON attachment_content FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What is stored is what the row says, to the last bit.
-- +goose StatementBegin
CREATE FUNCTION guard_attachment_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM attachment a WHERE a.id = NEW.attachment_id AND a.bytes = octet_length(NEW.content) AND a.sha256 = sha256(NEW.content)) THEN
        RAISE EXCEPTION 'T-02: the content of attachment % is not what its row says', NEW.attachment_id USING ERRCODE = 'HF002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON attachment_content FOR EACH ROW EXECUTE FUNCTION guard_attachment_content();

-- No row without its content.
-- +goose StatementBegin
CREATE FUNCTION guard_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM attachment_content c WHERE c.attachment_id = NEW.id) THEN
        RAISE EXCEPTION 'T-02: attachment % has no content', NEW.id USING ERRCODE = 'HF002';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON attachment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_attachment();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
