package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/problem"
)

var _ message.Store = (*Store)(nil)

const selectMessage = `
	SELECT m.id, m.customer_id, cu.name, m.task_id, m.channel, m.purpose, m.template_id, mt.version, m.language, m.address, m.subject, m.body, m.segments,
	       m.closes_task, coalesce(m.source_key,''), m.unsubscribe, m.state, m.tries, m.next_try_at, m.claimed_by, m.gateway_id, m.last_error,
	       m.created_by, coalesce(mc.name,''), m.created_at, m.sent_at, m.delivered_at, m.updated_at
	FROM message m JOIN customer cu ON cu.id = m.customer_id JOIN message_template mt ON mt.id = m.template_id LEFT JOIN app_user mc ON mc.id = m.created_by`

func scanMessage(row pgx.CollectableRow) (m message.Message, err error) {
	var address string
	err = row.Scan(&m.ID, &m.CustomerID, &m.CustomerName, &m.TaskID, &m.Channel, &m.Purpose, &m.TemplateID, &m.Version, &m.Language, &address, &m.Subject, &m.Body, &m.Segments,
		&m.ClosesTask, &m.SourceKey, &m.Unsubscribe, &m.State, &m.Tries, at(&m.NextTryAt), &m.ClaimedBy, &m.GatewayID, &m.LastError,
		&m.CreatedBy, &m.CreatedName, at(&m.CreatedAt), at(&m.SentAt), at(&m.DeliveredAt), at(&m.UpdatedAt))
	m.Address = message.StoredAddress(m.Channel, address)
	return m, err
}

// InsertMessage writes a message into the outbox; the database refuses it where
// the customer refuses the channel. Rule C-14.
func (s *Store) InsertMessage(ctx context.Context, m message.Message, e audit.Event) error {
	return s.change(ctx, "insert message", func(tx pgx.Tx) error {
		// A refusal that is being written is waited for.
		if _, err := tx.Exec(ctx, `SELECT 1 FROM customer WHERE id = $1 FOR SHARE`, m.CustomerID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO message (id, customer_id, task_id, channel, purpose, template_id, language, address, subject, body, segments, closes_task, source_key,
			       unsubscribe, state, next_try_at, created_by, created_at, updated_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)`,
			m.ID, m.CustomerID, orNullID(m.TaskID), string(m.Channel), string(m.Purpose), m.TemplateID, m.Language, m.Address.Reveal(), m.Subject, m.Body, m.Segments,
			m.ClosesTask, orNull(m.SourceKey), m.Unsubscribe, string(m.State), m.NextTryAt, orNullID(m.CreatedBy), m.CreatedAt, m.UpdatedAt)
		if err != nil {
			return err
		}
		if err := insertMessageEvent(ctx, tx, m.ID, message.Change{Step: message.StepQueue, At: m.CreatedAt, By: m.CreatedBy}, m.State); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func insertMessageEvent(ctx context.Context, tx pgx.Tx, id uuid.UUID, c message.Change, state message.State) error {
	_, err := tx.Exec(ctx, `INSERT INTO message_event (message_id, at, step, state, by_id, note, receipt) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		id, c.At, string(c.Step), string(state), orNullID(c.By), c.Note, c.Receipt)
	return err
}

// Message gives one.
func (s *Store) Message(ctx context.Context, id uuid.UUID) (message.Message, error) {
	m, err := one(ctx, s.pool, scanMessage, selectMessage+` WHERE m.id = $1`, id)
	return m, mapError("look up message", err)
}

// LastMessageTo gives the last message to an address that the gateway was given.
func (s *Store) LastMessageTo(ctx context.Context, ch customer.Channel, address string) (message.Message, error) {
	m, err := one(ctx, s.pool, scanMessage, selectMessage+` WHERE m.address = $1 AND m.channel = $2 AND m.tries > 0 ORDER BY m.number DESC LIMIT 1`, address, string(ch))
	return m, mapError("look up message", err)
}

// ByUnsubscribe gives the message of a link.
func (s *Store) ByUnsubscribe(ctx context.Context, secret string) (message.Message, error) {
	m, err := one(ctx, s.pool, scanMessage, selectMessage+` WHERE m.unsubscribe = $1`, secret)
	return m, mapError("look up message", err)
}

// MessageEvents of a message, oldest first.
func (s *Store) MessageEvents(ctx context.Context, id uuid.UUID) ([]message.Event, error) {
	es, err := list(ctx, s.pool, func(r pgx.CollectableRow) (e message.Event, err error) {
		err = r.Scan(at(&e.At), &e.Step, &e.State, &e.ByName, &e.Note, &e.Receipt)
		return e, err
	}, `SELECT e.at, e.step, e.state, coalesce(u.name,''), e.note, e.receipt FROM message_event e LEFT JOIN app_user u ON u.id = e.by_id WHERE e.message_id = $1 ORDER BY e.id`, id)
	return es, mapError("list events of message", err)
}

// Messages lists by (created_at, id), newest first.
func (s *Store) Messages(ctx context.Context, q message.Query) ([]message.Message, error) {
	w := messageWhere(q)
	if q.State != "" {
		w.add("m.state = ?", string(q.State))
	}
	if !q.Before.At.IsZero() {
		w.add("(m.created_at, m.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	ms, err := list(ctx, s.pool, scanMessage, selectMessage+w.sql()+` ORDER BY m.created_at DESC, m.id DESC`+w.limit(q.Limit), w.args...)
	return ms, mapError("list messages", err)
}

func messageWhere(q message.Query) *where {
	w := &where{}
	if q.Channel != "" {
		w.add("m.channel = ?", string(q.Channel))
	}
	if q.Purpose != "" {
		w.add("m.purpose = ?", string(q.Purpose))
	}
	if q.CustomerID != uuid.Nil {
		w.add("m.customer_id = ?", q.CustomerID)
	}
	if q.TaskID != uuid.Nil {
		w.add("m.task_id = ?", q.TaskID)
	}
	if !q.From.IsZero() {
		w.add("m.created_at >= ?", q.From)
	}
	if !q.To.IsZero() {
		w.add("m.created_at < ?", q.To)
	}
	if cond, args := matchCustomer(q.Text, q.Grams, ""); cond != "" {
		w.add(cond, args...)
	}
	if q.Concerns != uuid.Nil {
		w.add("m.created_by = ? OR m.task_id IN (SELECT id FROM task WHERE assignee_id = ?)", q.Concerns, q.Concerns)
	}
	return w
}

// CountMessages counts what the query selects, by state.
func (s *Store) CountMessages(ctx context.Context, q message.Query) (map[message.State]int, error) {
	w := messageWhere(q)
	rows, err := s.pool.Query(ctx, `SELECT m.state, count(*) FROM message m JOIN customer cu ON cu.id = m.customer_id`+w.sql()+` GROUP BY m.state`, w.args...)
	if err != nil {
		return nil, mapError("count messages", err)
	}
	out := map[message.State]int{}
	var state message.State
	var n int
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error { out[state] = n; return nil })
	return out, mapError("count messages", err)
}

// ClaimMessages takes what is due. A customer's messages over a channel go one after
// another, in the order in which they were written; the index
// message_one_at_a_time holds that against whatever else is claimed meanwhile.
func (s *Store) ClaimMessages(ctx context.Context, c message.Claiming) (out []message.Message, err error) {
	err = s.change(ctx, "claim messages", func(tx pgx.Tx) error {
		if err := optOutQueued(ctx, tx, c); err != nil {
			return err
		}
		ids, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `
			UPDATE message SET state = 'sending', tries = tries + 1, claimed_by = $1, claim_until = $2, updated_at = $3 WHERE id IN (
				SELECT m.id FROM message m
				WHERE m.state = 'queued' AND m.channel = $4 AND m.next_try_at <= $3
				  AND NOT EXISTS (SELECT 1 FROM message e WHERE e.customer_id = m.customer_id AND e.channel = m.channel AND e.number < m.number AND e.state IN ('queued','sending'))
				  AND NOT EXISTS (SELECT 1 FROM message e WHERE e.customer_id = m.customer_id AND e.channel = m.channel AND e.state = 'sending')
				  AND NOT EXISTS (SELECT 1 FROM channel_refusal r WHERE r.customer_id = m.customer_id AND r.channel = m.channel AND r.lifted_at IS NULL)
				ORDER BY m.next_try_at, m.number LIMIT $5 FOR UPDATE SKIP LOCKED)
			RETURNING id`, c.Instance, c.Until, c.Now, string(c.Channel), c.Limit)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := insertMessageEvent(ctx, tx, id, message.Change{Step: message.StepClaim, At: c.Now, Note: c.Instance}, message.StateSending); err != nil {
				return err
			}
		}
		out, err = list(ctx, tx, scanMessage, selectMessage+` WHERE m.id = ANY($1) ORDER BY m.number`, ids)
		return err
	})
	return out, err
}

// optOutQueued ends messages to customers who refuse the channel by now; the
// trigger would not let them be claimed. Rule C-14.
func optOutQueued(ctx context.Context, tx pgx.Tx, c message.Claiming) error {
	ids, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `
		UPDATE message SET state = 'opted_out', updated_at = $2 WHERE id IN (
			SELECT m.id FROM message m JOIN channel_refusal r ON r.customer_id = m.customer_id AND r.channel = m.channel AND r.lifted_at IS NULL
			WHERE m.state = 'queued' AND m.channel = $1 FOR UPDATE OF m SKIP LOCKED)
		RETURNING id`, string(c.Channel), c.Now)
	if err != nil {
		return err
	}
	return optedOut(ctx, tx, ids, c.Now, uuid.Nil)
}

// optedOut writes the events of messages that have become opted_out.
func optedOut(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, when time.Time, by uuid.UUID) error {
	for _, id := range ids {
		if err := insertMessageEvent(ctx, tx, id, message.Change{Step: message.StepOptOut, At: when, By: by}, message.StateOptedOut); err != nil {
			return err
		}
		if err := insertEvent(ctx, tx, audit.Event{At: when, ActorID: by, Action: audit.ActionMessageOptedOut, ObjectKind: "message", ObjectID: id.String(), Rule: "C-14"}); err != nil {
			return err
		}
	}
	return nil
}

// OverrunMessages gives messages whose claim has run out.
func (s *Store) OverrunMessages(ctx context.Context, now time.Time, limit int) ([]message.Message, error) {
	ms, err := list(ctx, s.pool, scanMessage, selectMessage+` WHERE m.state = 'sending' AND m.claim_until < $1 ORDER BY m.number LIMIT $2`, now, limit)
	return ms, mapError("list messages", err)
}

// ApplyStep takes a step of a message in one transaction. Rule C-14.
func (s *Store) ApplyStep(ctx context.Context, c message.Change) (out message.Applied, err error) {
	err = s.change(ctx, "change message", func(tx pgx.Tx) error {
		m, err := one(ctx, tx, scanMessage, selectMessage+` WHERE m.id = $1 FOR UPDATE OF m`, c.ID)
		if err != nil {
			return err
		}
		step := c
		if step.ClaimedBy != "" && (m.ClaimedBy != step.ClaimedBy || m.Tries != step.Tries) {
			return problem.Conflict("message_state", "the message is another's by now")
		}
		if step.Step == message.StepAgain {
			var refuses bool
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM channel_refusal WHERE customer_id = $1 AND channel = $2 AND lifted_at IS NULL)`, m.CustomerID, string(m.Channel)).Scan(&refuses); err != nil {
				return err
			}
			if refuses {
				step.Step = message.StepOptOut
				step.Event = audit.Event{At: c.At, Action: audit.ActionMessageOptedOut, ObjectKind: "message", ObjectID: c.ID.String(), Rule: "C-14"}
			}
		}
		next, err := m.State.Next(step.Step)
		if err != nil {
			p := problem.Conflict("message_state", "the message is "+string(m.State))
			p.Err = err
			return p
		}
		if err := s.applyStep(ctx, tx, &m, step, next); err != nil {
			return err
		}
		out.Message = m
		if m.ClosesTask && message.Proven(m.Channel, next) {
			if out.Served, out.Assignee, err = serveTask(ctx, tx, m, c.At); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, step.Event)
	})
	return out, err
}

func (s *Store) applyStep(ctx context.Context, tx pgx.Tx, m *message.Message, c message.Change, next message.State) error {
	m.State, m.UpdatedAt = next, c.At
	if c.GatewayID != "" {
		m.GatewayID = c.GatewayID
	}
	if next == message.StateSent || next == message.StateDelivered && m.SentAt.IsZero() {
		m.SentAt = c.At
	}
	if next == message.StateDelivered {
		m.DeliveredAt = c.At
	}
	if !c.NextTryAt.IsZero() {
		m.NextTryAt = c.NextTryAt
	}
	m.LastError = ""
	if c.Step == message.StepAgain || c.Step == message.StepFail {
		m.LastError = c.Note
	}
	if c.Step == message.StepRetry {
		m.Tries = 0
	}
	_, err := tx.Exec(ctx, `UPDATE message SET state = $2, tries = $3, next_try_at = $4, claimed_by = CASE WHEN $2 = 'sending' THEN claimed_by ELSE '' END,
		claim_until = CASE WHEN $2 = 'sending' THEN claim_until END, gateway_id = $5, last_error = $6, sent_at = $7, delivered_at = $8, updated_at = $9 WHERE id = $1`,
		m.ID, string(m.State), m.Tries, m.NextTryAt, m.GatewayID, m.LastError, orNullTime(m.SentAt), orNullTime(m.DeliveredAt), m.UpdatedAt)
	if err != nil {
		return err
	}
	if c.NoMailbox && m.Channel == customer.ChannelEmail {
		if _, err := tx.Exec(ctx, `UPDATE customer_email SET invalid_at = $3 WHERE customer_id = $1 AND address = $2 AND invalid_at IS NULL`, m.CustomerID, m.Address.Reveal(), c.At); err != nil {
			return err
		}
	}
	return insertMessageEvent(ctx, tx, m.ID, c, next)
}

// serveTask closes the task whose customer was served by the message, unless it
// has gone on otherwise. Rule C-14.
func serveTask(ctx context.Context, tx pgx.Tx, m message.Message, when time.Time) (id, assignee uuid.UUID, err error) {
	var was string
	err = tx.QueryRow(ctx, `SELECT state, assignee_id FROM task WHERE id = $1 FOR UPDATE`, m.TaskID).Scan(&was, &assignee)
	if err != nil {
		return uuid.Nil, uuid.Nil, err
	}
	if st := callback.TaskState(was); !st.Dialable() && st != callback.TaskDataCheck {
		return uuid.Nil, uuid.Nil, nil
	}
	reason := string(m.Channel) + " " + string(m.State) + " " + when.UTC().Format(time.RFC3339)
	_, err = tx.Exec(ctx, `UPDATE task SET state = 'other_channel', closed_at = $2, closed_by = $3, close_reason = $4, next_from = NULL, next_until = NULL, updated_at = $2 WHERE id = $1`,
		m.TaskID, when, orNullID(m.CreatedBy), reason)
	if err != nil {
		return uuid.Nil, uuid.Nil, err
	}
	return m.TaskID, assignee, insertEvent(ctx, tx, audit.Event{At: when, Action: audit.ActionTaskClosed, ObjectKind: "task", ObjectID: m.TaskID.String(), Rule: "C-14",
		Reason: reason, Detail: map[string]any{"as": string(callback.TaskOtherChannel), "message_id": m.ID.String()}})
}

// MessageQueue gives the figures of what waits.
func (s *Store) MessageQueue(ctx context.Context, now time.Time) (message.Queue, error) {
	q := message.Queue{Waiting: map[customer.Channel]int{}}
	rows, err := s.pool.Query(ctx, `SELECT channel, count(*), min(next_try_at) FILTER (WHERE next_try_at <= $1) FROM message WHERE state = 'queued' GROUP BY channel`, now)
	if err != nil {
		return q, mapError("count waiting messages", err)
	}
	var ch customer.Channel
	var n int
	var oldest time.Time
	_, err = pgx.ForEachRow(rows, []any{&ch, &n, at(&oldest)}, func() error {
		q.Waiting[ch] = n
		if !oldest.IsZero() && (q.Oldest.IsZero() || oldest.Before(q.Oldest)) {
			q.Oldest = oldest
		}
		return nil
	})
	return q, mapError("count waiting messages", err)
}
