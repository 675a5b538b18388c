package casework

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// superior finds who comes next in the line of superiors above somebody: the
// first who works, fits, and is not left out. Where nobody stands above them, a
// supervisor of the department, of the branch, or of the house takes the place,
// unless others of the line were told before. The zero user: there is nobody.
// Rules C-15, C-18, C-19.
func (s *Service) superior(ctx context.Context, from uuid.UUID, out []uuid.UUID, fits func(access.User) bool) (access.User, error) {
	u, err := s.people.User(ctx, from)
	if err != nil {
		return access.User{}, fmt.Errorf("look up whose superior is asked for: %w", err)
	}
	base, seen := u, []uuid.UUID{from}
	for u.SuperiorID != uuid.Nil && !slices.Contains(seen, u.SuperiorID) {
		if u, err = s.people.User(ctx, u.SuperiorID); err != nil {
			return access.User{}, fmt.Errorf("look up superior: %w", err)
		}
		seen = append(seen, u.ID)
		if !u.Disabled() && !slices.Contains(out, u.ID) && fits(u) {
			return u, nil
		}
	}
	if len(out) > 1 { // the line has been gone up
		return access.User{}, nil
	}
	all, err := s.people.Users(ctx, access.UserFilter{Role: access.RoleSupervisor})
	if err != nil {
		return access.User{}, fmt.Errorf("list supervisors: %w", err)
	}
	return nearest(base, all, func(u access.User) bool { return u.ID != from && !slices.Contains(out, u.ID) && fits(u) }), nil
}

// nearest is the first of the same department, else of the same branch, else of
// the house.
func nearest(to access.User, all []access.User, fits func(access.User) bool) (best access.User) {
	rank := 0
	for _, u := range all {
		r := 1
		switch {
		case to.Department.ID != uuid.Nil && u.Department.ID == to.Department.ID:
			r = 3
		case to.Department.BranchID != uuid.Nil && u.Department.BranchID == to.Department.BranchID:
			r = 2
		}
		if r > rank && fits(u) {
			best, rank = u, r
		}
	}
	return best
}

// disinterested says who may handle a case of a customer: not whom it is about,
// and nobody whose customer it is. Rule C-15.
func disinterested(concerned uuid.UUID, c customer.Customer) func(access.User) bool {
	return func(u access.User) bool { return u.ID != concerned && len(callback.Conflicts(u, c)) == 0 }
}

// interest refuses somebody who has one in the case. Rule C-15.
func (s *Service) interest(ctx context.Context, c Case, u access.User) error {
	if c.ConcernedID == u.ID {
		return problem.Refused("C-15", "interest", "nobody handles a case that is about them", nil)
	}
	cust, err := s.customers.Customer(ctx, c.CustomerID)
	if err != nil {
		return fmt.Errorf("look up customer: %w", err)
	}
	if len(callback.Conflicts(u, cust)) > 0 {
		return problem.Refused("C-15", "interest", "nobody handles a case of a customer of their own or of their department", nil)
	}
	return nil
}
