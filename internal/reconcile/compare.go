package reconcile

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	// settling is how long an object may be without its row: the row is written after the PUT.
	settling = time.Hour
	// storedWithin is how long after its call a recording may wait for the storage.
	storedWithin = 24 * time.Hour
	// The share that is read as a whole, of what the period has stored, within bounds.
	leastRead, mostRead = 10, 1000
)

// comparison is one run at work.
type comparison struct {
	Run
	cfg   *Config
	found []Difference
}

// differs notes a difference; one of its kind of a thing is enough.
func (c *comparison) differs(k Kind, ref string, s Stored, expected, found string) {
	if slices.ContainsFunc(c.found, func(d Difference) bool { return d.Kind == k && d.Ref == ref }) {
		return
	}
	c.found = append(c.found, Difference{Kind: k, Ref: ref, CallID: s.CallID, RecordingID: s.RecordingID, Expected: expected, Found: found})
}

// compare does it all. It goes on with the next part when one cannot be looked
// at; the error says what was not.
func (c *comparison) compare(ctx context.Context) error {
	now := c.cfg.Clock()
	rows, calls, recordings, err := c.cfg.Store.CompareRows(ctx, c.From, c.To, now.Add(-storedWithin))
	if err != nil {
		return fmt.Errorf("compare rows: %w", err)
	}
	c.found, c.Calls, c.Recordings = append(c.found, rows...), calls, recordings
	var faults []error
	stored := 0
	for day := c.From.UTC().Truncate(24 * time.Hour); day.Before(c.To); day = day.AddDate(0, 0, 1) {
		n, err := c.day(ctx, day, now)
		stored += n
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", day.Format(time.DateOnly), err))
		}
		if ctx.Err() != nil || len(faults) > 2 {
			return errors.Join(faults...) // the storage is away
		}
	}
	return errors.Join(append(faults, c.share(ctx, stored))...)
}

// day compares the objects of one day with the rows.
func (c *comparison) day(ctx context.Context, day, now time.Time) (stored int, err error) {
	objects, err := c.cfg.Objects.List(ctx, day)
	if err != nil {
		return 0, fmt.Errorf("list objects: %w", err)
	}
	rows, err := c.cfg.Store.StoredBetween(ctx, day, day.AddDate(0, 0, 1)) // after the list: what it has not is in no row before it
	if err != nil {
		return 0, fmt.Errorf("read rows: %w", err)
	}
	c.Objects += int64(len(objects))
	byKey := make(map[string]Listed, len(objects))
	for _, o := range objects {
		byKey[o.Key] = o
	}
	for _, s := range rows {
		o, ok := byKey[s.Key]
		delete(byKey, s.Key)
		switch {
		case !ok:
			if err := c.cfg.Objects.Has(ctx, s); errors.Is(err, ErrGone) {
				c.differs(RecordingWithoutObject, s.RecordingID.String(), s, s.Key, "")
			} else if err != nil {
				return len(rows), fmt.Errorf("ask for an object: %w", err)
			}
		case s.ObjectBytes > 0 && o.Bytes != s.ObjectBytes:
			c.differs(HashDiffers, s.RecordingID.String(), s, fmt.Sprintf("%d bytes", s.ObjectBytes), fmt.Sprintf("%d bytes", o.Bytes))
		}
	}
	return len(rows), c.strays(ctx, byKey, now)
}

// strays are objects that no row of the day has.
func (c *comparison) strays(ctx context.Context, byKey map[string]Listed, now time.Time) error {
	of := map[uuid.UUID]string{}
	var ids []uuid.UUID
	for key, o := range byKey {
		if now.Sub(o.ModifiedAt) < settling {
			continue
		}
		name, _, _ := strings.Cut(path.Base(key), ".")
		id, err := uuid.Parse(name)
		if err != nil || of[id] != "" {
			c.differs(ObjectWithoutRow, key, Stored{}, "", fmt.Sprintf("%d bytes", o.Bytes))
			continue
		}
		of[id], ids = key, append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := c.cfg.Store.KeysOf(ctx, ids)
	if err != nil {
		return fmt.Errorf("look for the rows of objects: %w", err)
	}
	for id, key := range of {
		if k, ok := known[id]; !ok || k != "" && k != key { // "": it is just being stored
			c.differs(ObjectWithoutRow, key, Stored{}, "", fmt.Sprintf("%d bytes", byKey[key].Bytes))
		}
	}
	return nil
}

// share reads recordings at random, of the whole archive, as a whole.
func (c *comparison) share(ctx context.Context, stored int) error {
	n := min(max(stored*c.cfg.ReadPercent/100, leastRead), mostRead)
	sample, err := c.cfg.Store.SampleStored(ctx, n)
	if err != nil {
		return fmt.Errorf("choose recordings to read: %w", err)
	}
	for _, s := range sample {
		err := c.cfg.Objects.Read(ctx, s)
		switch {
		case errors.Is(err, ErrGone):
			c.differs(RecordingWithoutObject, s.RecordingID.String(), s, s.Key, "")
		case errors.Is(err, ErrDiffers):
			c.differs(HashDiffers, s.RecordingID.String(), s, hex.EncodeToString(s.SHA256), strings.ReplaceAll(err.Error(), "\n", "; "))
		case err != nil:
			return fmt.Errorf("read %s: %w", s.Key, err)
		}
		c.Read++
	}
	return nil
}
