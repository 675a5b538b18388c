-- +goose Up
-- An agent asks a colleague to take the call, or to talk first: a stretch of the
-- call with the colleague's name and how it came to its end.

ALTER TABLE call_mark
    ADD COLUMN with_id uuid REFERENCES app_user,
    DROP CONSTRAINT call_mark_kind_check,
    ADD CONSTRAINT call_mark_kind_check CHECK (kind IN ('pause','complaint','monitor','handover','transfer')),
    ADD CONSTRAINT call_mark_transfer_check CHECK ((kind = 'transfer') = (with_id IS NOT NULL)),
    ADD CONSTRAINT call_mark_transfer_reason_check CHECK (kind <> 'transfer' OR reason IN ('blind','consult'));

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
