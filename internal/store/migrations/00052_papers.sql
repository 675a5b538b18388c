-- +goose Up
-- Papers: questionnaires (Rule C-16), scripts (Rules T-10, C-29) and record forms
-- (Rule C-10), each with versions of its own. Programs point to papers; records
-- keep the version that they were written on.
CREATE TABLE paper (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('questionnaire','script','form')),
    code       text NOT NULL CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,39}$'),
    name_zh    text NOT NULL CHECK (btrim(name_zh) <> ''),
    name_en    text NOT NULL CHECK (btrim(name_en) <> ''),
    created_by uuid REFERENCES app_user,            -- NULL: shipped
    created_at timestamptz NOT NULL,
    CONSTRAINT paper_code UNIQUE (kind, code)
);
CREATE TRIGGER keep     BEFORE DELETE   ON paper FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON paper FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

CREATE TABLE paper_version (
    paper_id     uuid NOT NULL REFERENCES paper,
    version      int  NOT NULL CHECK (version >= 1),
    state        text NOT NULL CHECK (state IN ('draft','published','retired')),
    body         jsonb NOT NULL,
    note         text NOT NULL DEFAULT '',          -- what is new
    created_by   uuid REFERENCES app_user,          -- NULL: shipped
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,              -- guards changes of a draft
    published_by uuid REFERENCES app_user,
    published_at timestamptz,
    retired_at   timestamptz,
    PRIMARY KEY (paper_id, version),
    CHECK ((state = 'draft') = (published_at IS NULL)),
    CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX paper_one_draft     ON paper_version (paper_id) WHERE state = 'draft';
CREATE UNIQUE INDEX paper_one_published ON paper_version (paper_id) WHERE state = 'published';
CREATE TRIGGER keep     BEFORE DELETE   ON paper_version FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON paper_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- Rule C-16: a version that was published never changes; it can only be retired.
-- +goose StatementBegin
CREATE FUNCTION guard_paper_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM paper_version v WHERE v.paper_id = NEW.paper_id AND v.version >= NEW.version) THEN
            RAISE EXCEPTION 'C-16: version % is not a new one', NEW.version USING ERRCODE = 'HF116';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.paper_id, NEW.version, NEW.created_by, NEW.created_at) IS DISTINCT FROM (OLD.paper_id, OLD.version, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'C-16: whose and which version it is cannot be altered' USING ERRCODE = 'HF116';
    END IF;
    IF OLD.state <> 'draft' AND (to_jsonb(NEW) - '{state,retired_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{state,retired_at}'::text[]) THEN
        RAISE EXCEPTION 'C-16: version % was published and cannot be altered', OLD.version USING ERRCODE = 'HF116';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('draft','published'), ('published','retired')) THEN
        RAISE EXCEPTION 'C-16: version % is % and does not become %', OLD.version, OLD.state, NEW.state USING ERRCODE = 'HF116';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON paper_version FOR EACH ROW EXECUTE FUNCTION guard_paper_version();

-- What agents would rather say (Rule C-29). A decision stands.
CREATE TABLE paper_suggestion (
    id            uuid PRIMARY KEY,
    paper_id      uuid NOT NULL,
    version       int  NOT NULL,
    variant       int  NOT NULL DEFAULT 0,          -- of a script: 0 for everybody, otherwise the number of the variant
    place         text NOT NULL CHECK (place <> ''),-- key of the part or item
    language      text NOT NULL CHECK (language IN ('zh-CN','en')),
    wording       text NOT NULL CHECK (btrim(wording) <> ''),
    reason        text NOT NULL CHECK (btrim(reason) <> ''),
    state         text NOT NULL CHECK (state IN ('open','accepted','declined')),
    made_by       uuid NOT NULL REFERENCES app_user,
    made_at       timestamptz NOT NULL,
    decided_by    uuid REFERENCES app_user,
    decided_at    timestamptz,
    answer        text NOT NULL DEFAULT '',         -- to whoever made it
    draft_version int,                              -- the draft that has it
    FOREIGN KEY (paper_id, version) REFERENCES paper_version,
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK (state <> 'declined' OR btrim(answer) <> ''),
    CHECK ((state = 'accepted') = (draft_version IS NOT NULL))
);
CREATE INDEX paper_suggestion_made ON paper_suggestion (made_at DESC, id);
CREATE TRIGGER keep     BEFORE DELETE   ON paper_suggestion FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON paper_suggestion FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
-- +goose StatementBegin
CREATE FUNCTION guard_suggestion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'C-29: the suggestion is decided' USING ERRCODE = 'HF129';
    END IF;
    IF (to_jsonb(NEW) - '{state,decided_by,decided_at,answer,draft_version}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{state,decided_by,decided_at,answer,draft_version}'::text[]) THEN
        RAISE EXCEPTION 'C-29: what was suggested cannot be altered' USING ERRCODE = 'HF129';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON paper_suggestion FOR EACH ROW EXECUTE FUNCTION guard_suggestion();

-- ---------------------------------------------------------------- programs
ALTER TABLE program
    ADD COLUMN questionnaire_id uuid REFERENCES paper,
    ADD COLUMN script_id        uuid REFERENCES paper,
    ADD COLUMN form_id          uuid REFERENCES paper,   -- NULL: Rule C-01 alone
    ADD COLUMN content_kinds    text[] NOT NULL DEFAULT '{}' CHECK (content_kinds <@ ARRAY['explain','announce','care','mediate','suggest','guide']);  -- Rule C-13

-- What the programs carried themselves becomes the first version of a paper.
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
    SELECT p.id AS program_id, p.code, p.name_zh, p.name_en, p.script, p.questionnaire, p.created_at, gen_random_uuid() AS questionnaire_id, gen_random_uuid() AS script_id,
           CASE p.code WHEN 'new-contract' THEN 'Q1' WHEN 'yearly' THEN 'Q2' WHEN 'complaint-settled' THEN 'Q3' WHEN 'trial-run' THEN 'Q6' WHEN 'delivery' THEN 'Q9' ELSE p.code END AS questionnaire_code
    FROM program p;
INSERT INTO paper (id, kind, code, name_zh, name_en, created_at)
    SELECT questionnaire_id, 'questionnaire', questionnaire_code, name_zh, name_en, created_at FROM moved
    UNION ALL SELECT script_id, 'script', code, name_zh, name_en, created_at FROM moved;
INSERT INTO paper_version (paper_id, version, state, body, created_at, updated_at, published_at)
    SELECT questionnaire_id, greatest(1, coalesce((questionnaire ->> 'version')::int, 1)), 'published', questionnaire - 'version', created_at, created_at, created_at FROM moved
    UNION ALL SELECT script_id, greatest(1, coalesce((script ->> 'version')::int, 1)), 'published', script - 'version', created_at, created_at, created_at FROM moved;
INSERT INTO paper (id, kind, code, name_zh, name_en, created_at)
    SELECT gen_random_uuid(), 'form', 'standard', '通用回访记录', 'Standard record', now() WHERE EXISTS (SELECT 1 FROM moved);
UPDATE program p SET questionnaire_id = m.questionnaire_id, script_id = m.script_id, form_id = (SELECT id FROM paper WHERE kind = 'form' AND code = 'standard')
    FROM moved m WHERE m.program_id = p.id;
ALTER TABLE program DROP COLUMN script, DROP COLUMN questionnaire;

-- +goose StatementBegin
CREATE FUNCTION guard_program_papers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM paper WHERE id = NEW.questionnaire_id AND kind <> 'questionnaire' OR id = NEW.script_id AND kind <> 'script' OR id = NEW.form_id AND kind <> 'form') THEN
        RAISE EXCEPTION 'C-16: a program asks by a questionnaire, speaks by a script and is written up on a form' USING ERRCODE = 'HF116';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_papers BEFORE INSERT OR UPDATE ON program FOR EACH ROW EXECUTE FUNCTION guard_program_papers();

-- Records keep the very version that they were written on.
ALTER TABLE callback_record
    ADD FOREIGN KEY (questionnaire_id, questionnaire_version) REFERENCES paper_version,
    ADD FOREIGN KEY (form_id, form_version) REFERENCES paper_version;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
