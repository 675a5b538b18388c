package customer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Limits of the house's rules.
const (
	rulesMost  = 200
	reasonMost = 500 // characters
)

var prefixForm = regexp.MustCompile(`^\+?[0-9]{1,15}$`)

// NumberVersion is the house's rules as they were from At on, until the next
// version. The first is the configuration's: nobody made it.
type NumberVersion struct {
	Version int
	At      time.Time
	By      uuid.UUID // uuid.Nil: the configuration
	ByName  string    // set on reading
	Reason  string
	Rules   []NumberRule // the first that fits decides; the shipped ones come after
}

// NumberStore keeps the versions; none is ever altered.
type NumberStore interface {
	// NumberVersions lists them, the latest first.
	NumberVersions(ctx context.Context) ([]NumberVersion, error)
	// InsertNumberVersion gives problem conflict when that version exists.
	InsertNumberVersion(ctx context.Context, v NumberVersion, e audit.Event) error
}

// NumberRules are the number rules as administrators have them. What is changed
// holds from the next dial on, on every path: all ask Judge. It may be used by
// many goroutines.
type NumberRules struct {
	store  NumberStore
	clock  func() time.Time
	mu     sync.Mutex // of changes
	policy atomic.Pointer[NumberPolicy]
}

// NewNumberRules needs both. Until Start the shipped rules hold.
func NewNumberRules(store NumberStore, clock func() time.Time) (*NumberRules, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make number rules: store and clock are required")
	}
	shipped, err := NewNumberPolicy(nil)
	if err != nil {
		return nil, err
	}
	r := &NumberRules{store: store, clock: clock}
	r.policy.Store(shipped)
	return r, nil
}

// Start takes the latest version; where there is none, the configuration's
// rules become the first.
func (r *NumberRules) Start(ctx context.Context, configured []NumberRule) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := NewNumberPolicy(configured); err != nil {
		return err
	}
	versions, err := r.store.NumberVersions(ctx)
	if err != nil {
		return err
	}
	if len(versions) > 0 {
		return r.use(versions[0].Rules)
	}
	first := NumberVersion{Version: 1, At: r.now(), Reason: "configuration", Rules: configured}
	err = r.store.InsertNumberVersion(ctx, first, r.event(access.Principal{}, first, nil))
	if problem.CodeOf(err) == problem.CodeConflict { // another instance was first
		if versions, err = r.store.NumberVersions(ctx); err == nil {
			return r.use(versions[0].Rules)
		}
	}
	if err != nil {
		return err
	}
	return r.use(configured)
}

func (r *NumberRules) use(house []NumberRule) error {
	p, err := NewNumberPolicy(house)
	if err != nil {
		return err
	}
	r.policy.Store(p)
	return nil
}

// Judge says whether a number may be dialled now, and by which rule.
func (r *NumberRules) Judge(n Number) NumberVerdict { return r.policy.Load().Judge(n) }

// Versions lists all, the latest first; that is the one in force.
func (r *NumberRules) Versions(ctx context.Context) ([]NumberVersion, error) {
	return r.store.NumberVersions(ctx)
}

// Replace makes the next version. seen is the version that the change was made
// from; problem conflict when there is a later one.
func (r *NumberRules) Replace(ctx context.Context, who access.Principal, seen int, rules []NumberRule, reason string) error {
	reason = strings.TrimSpace(reason)
	if wrong := checkRules(rules, reason); len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	versions, err := r.store.NumberVersions(ctx)
	if err != nil {
		return err
	}
	if len(versions) == 0 || versions[0].Version != seen {
		return problem.Conflict("number_rules", "the number rules were changed meanwhile")
	}
	if slices.Equal(versions[0].Rules, rules) {
		return problem.BadField("rules", "are as they were")
	}
	next := NumberVersion{Version: seen + 1, At: r.now(), By: who.User.ID, Reason: reason, Rules: rules}
	if err := r.store.InsertNumberVersion(ctx, next, r.event(who, next, versions[0].Rules)); err != nil {
		return err
	}
	return r.use(rules)
}

func checkRules(rules []NumberRule, reason string) []problem.Field {
	var wrong []problem.Field
	bad := func(where, message string) { wrong = append(wrong, problem.Field{Location: where, Message: message}) }
	if n := utf8.RuneCountInString(reason); n == 0 || n > reasonMost {
		bad("reason", fmt.Sprintf("1 to %d characters say why", reasonMost))
	}
	if len(rules) > rulesMost {
		bad("rules", fmt.Sprintf("there are at most %d", rulesMost))
	}
	for i, rule := range rules {
		where := "rules[" + strconv.Itoa(i) + "].prefix"
		switch {
		case !prefixForm.MatchString(rule.Prefix):
			bad(where, "is the beginning of a number as it is stored, 1 to 15 digits, with a + before a country code: +852 or 400")
		case rule.Allow && StoredNumber(rule.Prefix).Emergency():
			bad(where, "an emergency number cannot be opened")
		default:
			for j, before := range rules[:i] {
				if strings.HasPrefix(rule.Prefix, before.Prefix) {
					bad(where, fmt.Sprintf("has no effect: rule %d (%s) comes first and fits all its numbers", j+1, before.Prefix))
					break
				}
			}
		}
	}
	return wrong
}

func (r *NumberRules) now() time.Time { return r.clock().UTC().Truncate(time.Microsecond) }

// event counts what changed; the version itself holds the prefixes, one of which
// may be a whole number (Rule S-01).
func (r *NumberRules) event(who access.Principal, v NumberVersion, before []NumberRule) audit.Event {
	added := 0
	for _, rule := range v.Rules {
		if !slices.Contains(before, rule) {
			added++
		}
	}
	removed := 0
	for _, rule := range before {
		if !slices.Contains(v.Rules, rule) {
			removed++
		}
	}
	return audit.Event{At: v.At, ActorID: who.User.ID, Action: audit.ActionNumbersChanged, ObjectKind: "number_rules", ObjectID: strconv.Itoa(v.Version),
		Reason: v.Reason, Detail: map[string]any{"version": v.Version, "rules": len(v.Rules), "added": added, "removed": removed}, IP: who.IP}
}
