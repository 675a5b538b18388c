-- +goose Up
-- When each answer of a record was first given as it stands, so that whoever
-- replays the call can jump to the question. The page saves a second after the answer.
ALTER TABLE callback_record ADD COLUMN answered_at jsonb NOT NULL DEFAULT '{}';    -- item -> time, as evidence_time writes it

-- +goose StatementBegin
CREATE FUNCTION note_answer_times() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.answered_at := coalesce((
        SELECT jsonb_object_agg(a.key, CASE WHEN TG_OP = 'UPDATE' AND OLD.answers -> a.key = a.value AND OLD.answered_at ? a.key THEN OLD.answered_at -> a.key
                                            ELSE to_jsonb(evidence_time(NEW.updated_at)) END)
        FROM jsonb_each(NEW.answers) a), '{}');
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_answers BEFORE INSERT ON callback_record FOR EACH ROW EXECUTE FUNCTION note_answer_times();
CREATE TRIGGER note_answers_again BEFORE UPDATE OF answers ON callback_record FOR EACH ROW WHEN (NEW.answers IS DISTINCT FROM OLD.answers) EXECUTE FUNCTION note_answer_times();

-- The leaf of a record that has them names them; every other is as it was.
CREATE OR REPLACE FUNCTION evidence_record_1(r callback_record) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', r.id, 'call_id', r.call_id, 'task_id', r.task_id, 'recording_id', r.recording_id, 'agent_id', r.agent_id,
    'customer_id', r.customer_id, 'contacted_at', evidence_time(r.contacted_at), 'method', r.method, 'disposition', r.disposition, 'content', r.content,
    'problems', r.problems, 'handling', r.handling, 'answers', r.answers, 'questionnaire_version', r.questionnaire_version, 'deviation', r.deviation,
    'created_at', evidence_time(r.created_at), 'finished_at', evidence_time(r.finished_at))
    || CASE WHEN r.answered_at = '{}' THEN '{}'::jsonb ELSE jsonb_build_object('answered_at', r.answered_at) END$$;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
