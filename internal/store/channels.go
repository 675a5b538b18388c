package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/problem"
)

// Reach gives a customer with mailboxes and refusals.
func (s *Store) Reach(ctx context.Context, customerID uuid.UUID) (r message.Reach, err error) {
	if r.Customer, err = s.Customer(ctx, customerID); err != nil {
		return message.Reach{}, err
	}
	r.Emails, err = list(ctx, s.pool, func(row pgx.CollectableRow) (e message.EmailAddress, err error) {
		var address string
		err = row.Scan(&e.ID, &address, at(&e.InvalidAt))
		e.Email = customer.StoredEmail(address)
		return e, err
	}, `SELECT id, address, invalid_at FROM customer_email WHERE customer_id = $1 ORDER BY created_at, id`, customerID)
	if err != nil {
		return message.Reach{}, mapError("list mailboxes", err)
	}
	r.Refusals, err = list(ctx, s.pool, func(row pgx.CollectableRow) (f message.Refusal, err error) {
		err = row.Scan(&f.ID, &f.Channel, &f.How, &f.Said, at(&f.At), &f.ByID, &f.ByName)
		return f, err
	}, `SELECT r.id, r.channel, r.how, r.said, r.at, r.by_id, coalesce(u.name,'') FROM channel_refusal r LEFT JOIN app_user u ON u.id = r.by_id
		WHERE r.customer_id = $1 AND r.lifted_at IS NULL ORDER BY r.at, r.id`, customerID)
	return r, mapError("list refused channels", err)
}

// InsertEmail notes a mailbox of a customer.
func (s *Store) InsertEmail(ctx context.Context, customerID uuid.UUID, e message.EmailAddress, by uuid.UUID, ev audit.Event) error {
	return s.change(ctx, "insert mailbox", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO customer_email (id, customer_id, address, created_by, created_at) VALUES ($1,$2,$3,$4,$5)`, e.ID, customerID, e.Email.Reveal(), orNullID(by), ev.At)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, ev)
	})
}

// RefuseChannel notes a refusal and ends the queued messages. Rule C-14.
func (s *Store) RefuseChannel(ctx context.Context, customers []uuid.UUID, r message.Refusal, ev audit.Event) (n int, err error) {
	err = s.change(ctx, "refuse channel", func(tx pgx.Tx) error {
		n = 0
		// Whoever queues a message meanwhile waits, and is refused.
		if _, err := tx.Exec(ctx, `SELECT 1 FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, customers); err != nil {
			return err
		}
		for _, id := range customers {
			tag, err := tx.Exec(ctx, `INSERT INTO channel_refusal (id, customer_id, channel, how, said, at, by_id) VALUES ($1,$2,$3,$4,$5,$6,$7)
				ON CONFLICT (customer_id, channel) WHERE lifted_at IS NULL DO NOTHING`, uuid.New(), id, string(r.Channel), r.How, r.Said, r.At, orNullID(r.ByID))
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 0 {
				continue // refused before
			}
			ended, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `UPDATE message SET state = 'opted_out', updated_at = $3 WHERE customer_id = $1 AND channel = $2 AND state = 'queued' RETURNING id`, id, string(r.Channel), r.At)
			if err != nil {
				return err
			}
			if err := optedOut(ctx, tx, ended, r.At, r.ByID); err != nil {
				return err
			}
			n += len(ended)
			ev.ObjectID = id.String()
			if err := insertEvent(ctx, tx, ev); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// LiftRefusal ends a refusal that is in force.
func (s *Store) LiftRefusal(ctx context.Context, customerID uuid.UUID, ch customer.Channel, by uuid.UUID, when time.Time, reason string, ev audit.Event) error {
	return s.change(ctx, "lift refusal", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE channel_refusal SET lifted_at = $3, lifted_by = $4, lift_reason = $5 WHERE customer_id = $1 AND channel = $2 AND lifted_at IS NULL`, customerID, string(ch), when, by, reason)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.NotFound("refusal")
		}
		return insertEvent(ctx, tx, ev)
	})
}

// CustomersAt gives who has a number.
func (s *Store) CustomersAt(ctx context.Context, n customer.Number) ([]uuid.UUID, error) {
	// The index is on the reversed number.
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `SELECT customer_id FROM contact_point WHERE reverse(number) = reverse($1) ORDER BY customer_id`, n.Reveal())
	return ids, mapError("look up a number", err)
}

// InsertReply notes a reply once.
func (s *Store) InsertReply(ctx context.Context, r message.Reply, messageID uuid.UUID, ev audit.Event) (fresh bool, err error) {
	err = s.change(ctx, "insert reply", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `INSERT INTO message_reply (id, number, said, at, message_id, opt_out, receipt) VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (id) DO NOTHING`,
			r.ID, r.From.Reveal(), r.Said, r.At, orNullID(messageID), r.OptOut, r.Raw)
		fresh = err == nil && tag.RowsAffected() > 0
		if err != nil || !fresh {
			return err
		}
		if messageID != uuid.Nil {
			var state message.State
			if err := tx.QueryRow(ctx, `SELECT state FROM message WHERE id = $1`, messageID).Scan(&state); err != nil {
				return err
			}
			if err := insertMessageEvent(ctx, tx, messageID, message.Change{Step: message.StepReply, At: ev.At, Note: r.Said, Receipt: r.Raw}, state); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, ev)
	})
	return fresh, err
}

// MessageTemplates gives all versions, the newest of each first.
func (s *Store) MessageTemplates(ctx context.Context) ([]message.Template, error) {
	ts, err := list(ctx, s.pool, scanTemplate, selectTemplate+` ORDER BY t.purpose, t.channel, t.language DESC, t.version DESC`)
	return ts, mapError("list templates", err)
}

const selectTemplate = `SELECT t.id, t.purpose, t.channel, t.language, t.version, t.subject, t.body, t.created_by, coalesce(u.name,''), t.created_at
	FROM message_template t LEFT JOIN app_user u ON u.id = t.created_by`

func scanTemplate(r pgx.CollectableRow) (t message.Template, err error) {
	err = r.Scan(&t.ID, &t.Purpose, &t.Channel, &t.Language, &t.Version, &t.Subject, &t.Body, &t.CreatedBy, &t.CreatedName, at(&t.CreatedAt))
	return t, err
}

// InsertMessageTemplate writes the next version; a shipped one only as the first. Two
// who write at once get the version after each other, or a conflict.
func (s *Store) InsertMessageTemplate(ctx context.Context, t message.Template, ev audit.Event) (out message.Template, err error) {
	err = s.change(ctx, "insert template", func(tx pgx.Tx) error {
		var last int
		err := tx.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM message_template WHERE purpose = $1 AND channel = $2 AND language = $3`, string(t.Purpose), string(t.Channel), t.Language).Scan(&last)
		if err != nil || t.CreatedBy == uuid.Nil && last > 0 {
			return err
		}
		tag, err := tx.Exec(ctx, `INSERT INTO message_template (id, purpose, channel, language, version, subject, body, created_by, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
			ON CONFLICT (purpose, channel, language, version) DO NOTHING`,
			t.ID, string(t.Purpose), string(t.Channel), t.Language, last+1, t.Subject, t.Body, orNullID(t.CreatedBy), t.CreatedAt)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			if t.CreatedBy == uuid.Nil {
				return nil // another instance put it in
			}
			return changedMeanwhile("template")
		}
		if err := insertEvent(ctx, tx, ev); err != nil {
			return err
		}
		out, err = one(ctx, tx, scanTemplate, selectTemplate+` WHERE t.id = $1`, t.ID)
		return err
	})
	return out, err
}
