package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Prepare migrates the database as its owner and gives the application's role,
// the user of app, its rights: everything but to alter or delete what is kept
// (Rules T-02, S-04). A role that is missing is made, without a password, where
// the owner may. Several processes may do so at once.
func Prepare(ctx context.Context, owner, app string, logger *slog.Logger) error {
	pc, err := pgx.ParseConfig(app)
	if err != nil {
		return fmt.Errorf("parse database address: %w", err)
	}
	s, err := Open(ctx, Config{DSN: owner, Logger: logger})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.restrict(ctx, pc.User)
}

// restrict follows the guards of the schema: a table with the trigger "keep"
// gives no right to delete, one with the trigger "once" none to update.
func (s *Store) restrict(ctx context.Context, role string) error {
	name := pgx.Identifier{role}.Sanitize()
	var exists bool
	if err := s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil {
		return mapError("look for the application's role", err)
	}
	if !exists {
		_, err := s.pool.Exec(ctx, `CREATE ROLE `+name+` LOGIN`)
		pe, ok := errors.AsType[*pgconn.PgError](err)
		if err != nil && (!ok || pe.Code != "42710" && pe.Code != "23505") { // somebody else was faster
			return mapError("make the application's role", err)
		}
	}
	return s.change(ctx, "give the application's role its rights", func(tx pgx.Tx) error {
		// One at a time: the rights of a table are one row.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, evidenceLock+1); err != nil {
			return err
		}
		guarded := func(trigger string) ([]string, error) {
			return list(ctx, tx, pgx.RowTo[string], `
				SELECT t.tgrelid::regclass::text FROM pg_trigger t WHERE t.tgname = $1 AND NOT t.tgisinternal ORDER BY 1`, trigger)
		}
		kept, err := guarded("keep")
		if err != nil {
			return err
		}
		once, err := guarded("once")
		if err != nil {
			return err
		}
		searched, err := list(ctx, tx, pgx.RowTo[string], `SELECT relid::text FROM pg_partition_tree('recording_search')`)
		if err != nil {
			return err
		}
		rights := []string{
			`GRANT USAGE ON SCHEMA public TO ` + name,
			`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ` + name,
			`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ` + name,
			`REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM ` + name,
			`REVOKE INSERT, UPDATE ON evidence_queue FROM ` + name, // only the triggers queue
		}
		for _, t := range append(searched, "recording_search_stale") { // only the triggers say what is found
			rights = append(rights, `REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON `+t+` FROM `+name)
		}
		for _, t := range kept {
			rights = append(rights, `REVOKE DELETE, TRUNCATE ON `+t+` FROM `+name)
		}
		for _, t := range once {
			rights = append(rights, `REVOKE UPDATE ON `+t+` FROM `+name)
		}
		for _, r := range rights {
			if _, err := tx.Exec(ctx, r); err != nil {
				return fmt.Errorf("%s: %w", r, err)
			}
		}
		return nil
	})
}

// Restricted reports whether the role of this connection is barred from
// altering and deleting the log of evidence (Rule S-04): it is no superuser,
// does not own the tables, and has no right to.
func (s *Store) Restricted(ctx context.Context) (bool, error) {
	var ok bool
	err := s.pool.QueryRow(ctx, `
		SELECT NOT rolsuper AND NOT has_table_privilege('evidence_leaf', 'UPDATE') AND NOT has_table_privilege('evidence_leaf', 'DELETE')
		   AND NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'evidence_leaf'::regclass), 'MEMBER')
		FROM pg_roles WHERE rolname = current_user`).Scan(&ok)
	return ok, mapError("ask for the rights of the database role", err)
}
