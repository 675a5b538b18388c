-- +goose Up
-- Signals are taken by customer: one look answers all that wait for it.
CREATE INDEX duty_signal_customer ON duty_signal (shard, customer_id);
DROP INDEX duty_signal_shard;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
