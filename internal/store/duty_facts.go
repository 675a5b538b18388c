package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/calendar"
	"huifang/internal/dealing"
	"huifang/internal/duty"
)

// factsOf reads what the rules need of customers, in a handful of queries
// whatever their number.
func factsOf(ctx context.Context, q querier, ids []uuid.UUID) ([]duty.Facts, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	zones := map[string]*time.Location{}
	fs, err := list(ctx, q, func(r pgx.CollectableRow) (f duty.Facts, err error) {
		var zone string
		var since time.Time
		err = r.Scan(&f.ID, &f.Name, &f.Kind, &f.Grade, &zone, &f.Language, dayAt(&f.Birthday), &since, &f.DoNotCall, &f.Instead, &f.AmountCents)
		if err != nil {
			return f, err
		}
		if zones[zone] == nil {
			if zones[zone], err = calendar.Zone(zone); err != nil {
				return f, err
			}
		}
		f.Zone = zones[zone]
		f.Since = calendar.DateOf(since.In(f.Zone))
		return f, nil
	}, `SELECT c.id, c.name, c.kind, c.grade, c.time_zone, c.language, c.birthday, c.created_at, c.do_not_call_at IS NOT NULL, c.do_not_call_channel,
		coalesce((SELECT sum(k.amount_cents) FROM contract k WHERE k.customer_id = c.id), 0)
		+ coalesce((SELECT sum(e.amount_cents) FROM equipment e WHERE e.customer_id = c.id AND e.contract_id IS NULL), 0)
		+ coalesce((SELECT sum(b.amount_cents) FROM business_event b WHERE b.customer_id = c.id AND b.contract_id IS NULL AND b.equipment_id IS NULL
		            AND b.kind IN ('contract_signed','purchased') AND b.withdrawn_at IS NULL), 0)
		FROM customer c WHERE c.id = ANY($1) ORDER BY c.id`, ids)
	if err != nil {
		return nil, err
	}
	at := make(map[uuid.UUID]*duty.Facts, len(fs))
	for i := range fs {
		at[fs[i].ID] = &fs[i]
	}
	if err := addDutyEvents(ctx, q, ids, at); err != nil {
		return nil, err
	}
	var (
		id   uuid.UUID
		last time.Time
	)
	rows, err := q.Query(ctx, `SELECT customer_id, max(contacted_at) FROM callback_record WHERE customer_id = ANY($1) AND state = 'final' AND disposition = 'completed' GROUP BY 1`, ids)
	if err != nil {
		return nil, err
	}
	if _, err := pgx.ForEachRow(rows, []any{&id, &last}, func() error {
		if f := at[id]; f != nil {
			f.LastContact = calendar.DateOf(last.In(f.Zone))
		}
		return nil
	}); err != nil {
		return nil, err
	}
	ds, err := list(ctx, q, scanBareDuty, `SELECT `+dutyColumns+` FROM duty d WHERE d.customer_id = ANY($1)`, ids)
	for _, d := range ds {
		if f := at[d.CustomerID]; f != nil {
			f.Duties = append(f.Duties, d)
		}
	}
	return fs, err
}

func addDutyEvents(ctx context.Context, q querier, ids []uuid.UUID, at map[uuid.UUID]*duty.Facts) error {
	rows, err := q.Query(ctx, `SELECT b.customer_id, b.id, b.kind, b.occurred_on, b.contract_id, b.equipment_id, k.cooling_off_until, k.starts_on, coalesce(e.commissioned_on, e.commissioning_on)
		FROM business_event b LEFT JOIN contract k ON k.id = b.contract_id LEFT JOIN equipment e ON e.id = b.equipment_id
		WHERE b.customer_id = ANY($1) AND b.withdrawn_at IS NULL ORDER BY b.customer_id, b.occurred_on, b.id`, ids)
	if err != nil {
		return err
	}
	var (
		owner                         uuid.UUID
		kind                          string
		v                             duty.Event
		contract, equipment           *uuid.UUID
		on, cooling, starts, planning calendar.Date
	)
	_, err = pgx.ForEachRow(rows, []any{&owner, &v.ID, &kind, dayAt(&on), &contract, &equipment, dayAt(&cooling), dayAt(&starts), dayAt(&planning)}, func() error {
		e := duty.Event{ID: v.ID, Kind: dealing.Kind(kind), On: on, CoolingOffUntil: cooling, StartsOn: starts, CommissioningOn: planning}
		if contract != nil {
			e.ContractID = *contract
		}
		if equipment != nil {
			e.EquipmentID = *equipment
		}
		if f := at[owner]; f != nil {
			f.Events = append(f.Events, e)
		}
		return nil
	})
	return err
}

const dutyColumns = `d.id, d.rule_id, d.version, d.customer_id, d.subject, d.occurrence, d.event_id, d.base_on, d.not_before, d.due_on, d.soft_on, d.hard_on, d.grace_days,
	d.channel, d.also_channel, d.program_id, d.priority, d.purpose, d.state, d.task_id, d.closed_on, d.reason, d.created_at, d.updated_at`

func dutyTargets(d *duty.Duty) []any {
	return []any{&d.ID, &d.RuleID, &d.Version, &d.CustomerID, &d.Subject, &d.Occurrence, &d.EventID, dayAt(&d.Base), dayAt(&d.NotBefore), dayAt(&d.Due), dayAt(&d.Soft), dayAt(&d.Hard), &d.GraceDays,
		&d.Channel, &d.Also, &d.ProgramID, &d.Priority, &d.Purpose, &d.State, &d.TaskID, dayAt(&d.ClosedOn), &d.Reason, at(&d.CreatedAt), at(&d.UpdatedAt)}
}

func scanBareDuty(r pgx.CollectableRow) (d duty.Duty, err error) {
	err = r.Scan(dutyTargets(&d)...)
	return d, err
}

// CustomerFacts gives customers by id, for dry runs.
func (s *Store) CustomerFacts(ctx context.Context, after, only uuid.UUID, limit int) ([]duty.Facts, error) {
	w := &where{}
	w.add("id > ?", after)
	if only != uuid.Nil {
		w.add("id = ?", only)
	}
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `SELECT id FROM customer`+w.sql()+` ORDER BY id`+w.limit(limit), w.args...)
	if err != nil {
		return nil, mapError("list customers", err)
	}
	fs, err := factsOf(ctx, s.pool, ids)
	return fs, mapError("read facts of customers", err)
}
