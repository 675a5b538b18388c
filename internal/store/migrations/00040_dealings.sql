-- +goose Up
-- What the house deals in with its customers: contracts, equipment, and the
-- events that call-backs are owed for (Rules C-03 to C-09, C-21, C-22, C-27, C-28).
-- Every row is recognised by a business key, so that handing it in twice is
-- handing it in once.

CREATE TABLE product_line (       -- Rule C-06: which end of the warranty counts
    name       text PRIMARY KEY CHECK (btrim(name) <> ''),
    warranty   text NOT NULL CHECK (warranty IN ('earlier','later')),
    updated_at timestamptz NOT NULL
);

CREATE TABLE contract (
    id                uuid PRIMARY KEY,
    key               text NOT NULL UNIQUE CHECK (btrim(key) <> ''),
    customer_id       uuid NOT NULL REFERENCES customer,
    project           text NOT NULL DEFAULT '',
    product           text NOT NULL DEFAULT '',
    amount_cents      bigint NOT NULL DEFAULT 0 CHECK (amount_cents >= 0),
    signed_on         date,
    cooling_off_until date,                -- Rule C-03: no call-back before the day after it
    starts_on         date,
    ends_on           date,
    terminated_on     date,
    note              text NOT NULL DEFAULT '',
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    UNIQUE (id, customer_id),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX contract_customer ON contract (customer_id);

CREATE TABLE equipment (          -- Rule C-21: what the ledger says of it
    id                  uuid PRIMARY KEY,
    key                 text NOT NULL UNIQUE CHECK (btrim(key) <> ''),
    customer_id         uuid NOT NULL REFERENCES customer,
    contract_id         uuid,
    project             text NOT NULL DEFAULT '',
    model               text NOT NULL DEFAULT '',
    product_line        text NOT NULL DEFAULT '',
    quantity            int  NOT NULL DEFAULT 1 CHECK (quantity >= 1),
    amount_cents        bigint NOT NULL DEFAULT 0 CHECK (amount_cents >= 0),
    shipped_on          date,
    arrived_on          date,
    installed_on        date,
    commissioning_on    date,                -- planned: Rule C-06, the call-back before it
    commissioned_on     date,
    warranty_ends_on    date,                -- computed
    power_manager       text NOT NULL DEFAULT '',
    power_manager_phone text NOT NULL DEFAULT '',
    site_contact        text NOT NULL DEFAULT '',
    site_phone          text NOT NULL DEFAULT '',
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    UNIQUE (id, customer_id),
    FOREIGN KEY (contract_id, customer_id) REFERENCES contract (id, customer_id)
);
CREATE INDEX equipment_customer ON equipment (customer_id);
CREATE INDEX equipment_contract ON equipment (contract_id);

CREATE TABLE business_event (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key             text NOT NULL UNIQUE CHECK (btrim(key) <> ''),
    kind            text NOT NULL CHECK (kind IN ('contract_signed','contract_changed','contract_terminated','contract_expires','shipped','arrived','installed','commissioned','warranty_ends','delivered','picked_up','purchased','repair_dispatched','repair_overdue','repair_finished','complaint_received','complaint_resolved','letter_received','proposal_received','claim_handed_over','sales_visit')),
    customer_id     uuid NOT NULL REFERENCES customer,
    contract_id     uuid,
    equipment_id    uuid,
    amount_cents    bigint NOT NULL DEFAULT 0 CHECK (amount_cents >= 0),
    occurred_on     date NOT NULL,
    first_on        date NOT NULL,               -- as it was said first; another day says that it was corrected
    note            text NOT NULL DEFAULT '',
    derived         boolean NOT NULL DEFAULT false,   -- from a day of its contract or equipment
    withdrawn_at    timestamptz,
    withdraw_reason text NOT NULL DEFAULT '',
    created_by      uuid REFERENCES app_user,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    FOREIGN KEY (contract_id, customer_id) REFERENCES contract (id, customer_id),
    FOREIGN KEY (equipment_id, customer_id) REFERENCES equipment (id, customer_id)
);
CREATE INDEX business_event_customer ON business_event (customer_id, occurred_on);
CREATE INDEX business_event_day ON business_event (occurred_on DESC, id DESC);
-- What happens to a contract or to a piece of equipment once, is one event.
CREATE UNIQUE INDEX business_event_once_a_contract ON business_event (contract_id, kind)
    WHERE withdrawn_at IS NULL AND kind IN ('contract_signed','contract_terminated','contract_expires');
CREATE UNIQUE INDEX business_event_once_an_equipment ON business_event (equipment_id, kind)
    WHERE withdrawn_at IS NULL AND kind IN ('shipped','arrived','installed','commissioned','warranty_ends');
CREATE TRIGGER keep BEFORE DELETE ON contract       FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON equipment      FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON business_event FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON contract       FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON equipment      FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON business_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- ---------------------------------------------------------------- derived events
-- A day of a contract or of equipment is an event; a day that is taken back
-- withdraws it. An event of the same kind that somebody handed in stands.
-- +goose StatementBegin
CREATE FUNCTION derive_event(k text, what text, who uuid, of_contract uuid, of_equipment uuid, cents bigint, day date, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF day IS NULL THEN
        UPDATE business_event SET withdrawn_at = at, withdraw_reason = 'the day was taken back', updated_at = at WHERE key = k AND withdrawn_at IS NULL;
    ELSIF NOT EXISTS (SELECT 1 FROM business_event e WHERE e.kind = what AND e.customer_id = who AND e.key <> k AND e.withdrawn_at IS NULL
            AND (of_equipment IS NULL AND e.contract_id = of_contract OR e.equipment_id = of_equipment)) THEN
        INSERT INTO business_event AS b (key, kind, customer_id, contract_id, equipment_id, amount_cents, occurred_on, first_on, derived, created_at, updated_at)
        VALUES (k, what, who, of_contract, of_equipment, cents, day, day, true, at, at)
        ON CONFLICT (key) DO UPDATE SET occurred_on = excluded.occurred_on, contract_id = excluded.contract_id, amount_cents = excluded.amount_cents, withdrawn_at = NULL, withdraw_reason = '', updated_at = excluded.updated_at
        WHERE (b.occurred_on, b.contract_id, b.amount_cents, b.withdrawn_at) IS DISTINCT FROM (excluded.occurred_on, excluded.contract_id, excluded.amount_cents, NULL::timestamptz);
    END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION contract_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM derive_event('contract:' || NEW.key || ':signed', 'contract_signed', NEW.customer_id, NEW.id, NULL, NEW.amount_cents, NEW.signed_on, NEW.updated_at);
    PERFORM derive_event('contract:' || NEW.key || ':terminated', 'contract_terminated', NEW.customer_id, NEW.id, NULL, NEW.amount_cents, NEW.terminated_on, NEW.updated_at);
    -- Rule C-09: nobody is asked to renew what was terminated.
    PERFORM derive_event('contract:' || NEW.key || ':expires', 'contract_expires', NEW.customer_id, NEW.id, NULL, NEW.amount_cents,
        CASE WHEN NEW.terminated_on IS NULL THEN NEW.ends_on END, NEW.updated_at);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER events AFTER INSERT OR UPDATE ON contract FOR EACH ROW EXECUTE FUNCTION contract_events();

-- Rule C-06: one year from commissioning or eighteen months from shipment; the
-- product line says which one counts, the earlier one if it says nothing.
-- +goose StatementBegin
CREATE FUNCTION equipment_warranty() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counts text; by_use date; by_shipment date;
BEGIN
    SELECT warranty INTO counts FROM product_line WHERE name = NEW.product_line;
    by_use := (NEW.commissioned_on + interval '1 year')::date;
    by_shipment := (NEW.shipped_on + interval '18 months')::date;
    NEW.warranty_ends_on := CASE WHEN counts = 'later' THEN greatest(by_use, by_shipment) ELSE least(by_use, by_shipment) END;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER warranty BEFORE INSERT OR UPDATE ON equipment FOR EACH ROW EXECUTE FUNCTION equipment_warranty();

-- +goose StatementBegin
CREATE FUNCTION equipment_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v record;
BEGIN
    FOR v IN SELECT * FROM (VALUES ('shipped', NEW.shipped_on), ('arrived', NEW.arrived_on), ('installed', NEW.installed_on),
            ('commissioned', NEW.commissioned_on), ('warranty_ends', NEW.warranty_ends_on)) AS d (kind, day) LOOP
        PERFORM derive_event('equipment:' || NEW.key || ':' || v.kind, v.kind, NEW.customer_id, NEW.contract_id, NEW.id, NEW.amount_cents, v.day, NEW.updated_at);
    END LOOP;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER events AFTER INSERT OR UPDATE ON equipment FOR EACH ROW EXECUTE FUNCTION equipment_events();

-- Rule M-03: wishes need a day.
ALTER TABLE customer ADD COLUMN birthday date;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
