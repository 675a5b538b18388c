package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/access"
	"huifang/internal/audit"
)

var _ access.Store = (*Store)(nil)

const userColumns = `u.id, u.login, u.name, u.staff_number, d.id, coalesce(d.name,''), b.id, coalesce(b.name,''), u.roles, u.languages, u.skills, u.disabled_at, u.created_at, u.superior_id, coalesce(su.name,'')`

const userTables = ` app_user u LEFT JOIN department d ON d.id = u.department_id LEFT JOIN branch b ON b.id = d.branch_id LEFT JOIN app_user su ON su.id = u.superior_id`

// userTargets gives where the user columns are scanned to.
func userTargets(u *access.User) []any {
	return []any{&u.ID, &u.Login, &u.Name, &u.StaffNumber, &u.Department.ID, &u.Department.Name, &u.Department.BranchID,
		&u.Department.BranchName, &u.Roles, &u.Languages, &u.Skills, at(&u.DisabledAt), at(&u.CreatedAt), &u.SuperiorID, &u.SuperiorName}
}

func scanUser(r pgx.CollectableRow) (u access.User, err error) {
	err = r.Scan(userTargets(&u)...)
	return u, err
}

// UserByLogin gives an account and its password hash.
func (s *Store) UserByLogin(ctx context.Context, login string) (access.User, string, error) {
	var (
		u    access.User
		hash string
	)
	err := s.pool.QueryRow(ctx, `SELECT `+userColumns+`, u.password_hash FROM`+userTables+` WHERE u.login = lower($1)`, login).
		Scan(append(userTargets(&u), &hash)...)
	return u, hash, mapError("look up user", err)
}

// User gives an account.
func (s *Store) User(ctx context.Context, id uuid.UUID) (access.User, error) {
	u, err := one(ctx, s.pool, scanUser, `SELECT `+userColumns+` FROM`+userTables+` WHERE u.id = $1`, id)
	return u, mapError("look up user", err)
}

// Users lists accounts by name.
func (s *Store) Users(ctx context.Context, f access.UserFilter) ([]access.User, error) {
	var w where
	if f.Role != "" {
		w.add("? = ANY(u.roles)", string(f.Role))
	}
	if f.DepartmentID != uuid.Nil {
		w.add("u.department_id = ?", f.DepartmentID)
	}
	w.add("NOT starts_with(u.login, 'token:')") // accounts of API tokens are no people
	if !f.IncludeDisabled {
		w.add("u.disabled_at IS NULL")
	}
	us, err := list(ctx, s.pool, scanUser, `SELECT `+userColumns+` FROM`+userTables+w.sql()+` ORDER BY u.name, u.login`, w.args...)
	return us, mapError("list users", err)
}

// InsertUser makes an account.
func (s *Store) InsertUser(ctx context.Context, u access.User, passwordHash string, e audit.Event) error {
	return s.change(ctx, "insert user", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO app_user (id, login, name, staff_number, department_id, roles, languages, password_hash, disabled_at, created_at, superior_id, skills)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
			u.ID, u.Login, u.Name, u.StaffNumber, orNullID(u.Department.ID), words(u.Roles), languages(u), passwordHash,
			orNullTime(u.DisabledAt), u.CreatedAt, orNullID(u.SuperiorID), words(u.Skills))
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func languages(u access.User) []string {
	if len(u.Languages) == 0 {
		return []string{"zh-CN"}
	}
	return u.Languages
}

// UpdateUser changes an account and, when told, ends its sessions.
func (s *Store) UpdateUser(ctx context.Context, c access.UserUpdate, e audit.Event) error {
	return s.change(ctx, "update user", func(tx pgx.Tx) error {
		u := c.User
		tag, err := tx.Exec(ctx, `
			UPDATE app_user SET name = $2, roles = $3, languages = $4, department_id = $5, disabled_at = $6,
			       password_hash = CASE WHEN $7 = '' THEN password_hash ELSE $7 END, superior_id = $8, skills = $9
			WHERE id = $1`,
			u.ID, u.Name, words(u.Roles), languages(u), orNullID(u.Department.ID), orNullTime(u.DisabledAt), c.PasswordHash, orNullID(u.SuperiorID), words(u.Skills))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		if c.EndSessions {
			_, err := tx.Exec(ctx, `UPDATE user_session SET revoked_at = $2, revoked_by = $3 WHERE user_id = $1 AND revoked_at IS NULL`,
				u.ID, c.At, orNullID(c.By))
			if err != nil {
				return fmt.Errorf("end sessions: %w", err)
			}
		}
		return insertEvent(ctx, tx, e)
	})
}

// Departments lists departments by branch and name.
func (s *Store) Departments(ctx context.Context) ([]access.Department, error) {
	ds, err := list(ctx, s.pool, func(r pgx.CollectableRow) (d access.Department, err error) {
		err = r.Scan(&d.ID, &d.Name, &d.BranchID, &d.BranchName)
		return d, err
	}, `SELECT d.id, d.name, b.id, b.name FROM department d JOIN branch b ON b.id = d.branch_id ORDER BY b.name, d.name`)
	return ds, mapError("list departments", err)
}

// InsertBranch gives the branch of that name, made when there is none.
func (s *Store) InsertBranch(ctx context.Context, name string) (uuid.UUID, error) {
	var id uuid.UUID
	err := s.pool.QueryRow(ctx, `
		INSERT INTO branch (id, name) VALUES ($1,$2)
		ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`, uuid.New(), name).Scan(&id)
	return id, mapError("insert branch", err)
}

// InsertDepartment gives the branch's department of that name, made when there
// is none.
func (s *Store) InsertDepartment(ctx context.Context, branchID uuid.UUID, name string) (uuid.UUID, error) {
	var id uuid.UUID
	err := s.pool.QueryRow(ctx, `
		INSERT INTO department (id, branch_id, name) VALUES ($1,$2,$3)
		ON CONFLICT (branch_id, name) DO UPDATE SET name = excluded.name RETURNING id`, uuid.New(), branchID, name).Scan(&id)
	return id, mapError("insert department", err)
}

// EnsureOrg makes a branch with its departments and gives the departments by
// name; those that exist are left as they are.
func (s *Store) EnsureOrg(ctx context.Context, branch string, departments ...string) (map[string]access.Department, error) {
	b, err := s.InsertBranch(ctx, branch)
	if err != nil {
		return nil, err
	}
	out := make(map[string]access.Department, len(departments))
	for _, name := range departments {
		id, err := s.InsertDepartment(ctx, b, name)
		if err != nil {
			return nil, err
		}
		out[name] = access.Department{ID: id, Name: name, BranchID: b, BranchName: branch}
	}
	return out, nil
}
