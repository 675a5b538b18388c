-- +goose Up
-- How each leg of an answered call was: what the server measured of what came
-- from the party, and for the agent also what the browser measured of what it
-- played. Written with the call's end, once. call.quality of earlier calls is
-- kept, and not written any more.
CREATE TABLE call_leg (
    call_id          uuid NOT NULL REFERENCES call,
    leg              text NOT NULL CHECK (leg IN ('agent','customer')),
    packets_received bigint NOT NULL CHECK (packets_received >= 0),
    packets_lost     bigint NOT NULL CHECK (packets_lost >= 0),
    packets_late     bigint NOT NULL CHECK (packets_late >= 0),      -- came after the playout delay
    packets_sent     bigint NOT NULL CHECK (packets_sent >= 0),
    loss             double precision NOT NULL CHECK (loss BETWEEN 0 AND 1),   -- lost and late, of all
    jitter_ms        double precision NOT NULL CHECK (jitter_ms >= 0),
    jitter_max_ms    double precision NOT NULL CHECK (jitter_max_ms >= 0),
    rtt_ms           double precision CHECK (rtt_ms > 0),            -- null: no RTCP
    rtt_max_ms       double precision CHECK (rtt_max_ms > 0),
    far_loss         double precision CHECK (far_loss BETWEEN 0 AND 1),        -- what the party reports of our stream; null: nothing
    mos              double precision CHECK (mos BETWEEN 1 AND 4.5), -- ITU-T G.107; null: nothing came
    unheard_ms       bigint NOT NULL CHECK (unheard_ms >= 0),        -- was to be heard, and was not
    browser_received         bigint CHECK (browser_received >= 0),
    browser_lost             bigint CHECK (browser_lost >= 0),
    browser_concealed        bigint CHECK (browser_concealed >= 0),  -- samples
    browser_silent_concealed bigint CHECK (browser_silent_concealed >= 0),
    browser_samples          bigint CHECK (browser_samples >= 0),
    browser_jitter_ms        double precision CHECK (browser_jitter_ms >= 0),
    browser_rtt_ms           double precision CHECK (browser_rtt_ms >= 0),
    PRIMARY KEY (call_id, leg),
    CHECK ((mos IS NULL) = (packets_received = 0)),
    CHECK ((rtt_ms IS NULL) = (rtt_max_ms IS NULL)),
    CHECK (num_nulls(browser_received, browser_lost, browser_concealed, browser_silent_concealed, browser_samples, browser_jitter_ms, browser_rtt_ms) IN (0, 7)),
    CHECK (leg = 'agent' OR browser_received IS NULL)
);

CREATE TRIGGER keep     BEFORE DELETE   ON call_leg FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON call_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON call_leg FOR EACH ROW       EXECUTE FUNCTION refuse_change();
