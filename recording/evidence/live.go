package evidence

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// Recording is what the database says of one.
type Recording struct {
	ID, CallID             uuid.UUID // CallID of a test call is its own id
	State, Instance, Error string
	Bucket, Key, VersionID string
	SHA256                 []byte // of the sealed WAV
	Bytes                  int64  // of the sealed WAV
	KeyID                  string // of an encrypted object; it is opened by Objects
	ObjectBytes            int64
	RetainUntil            time.Time
	FirstRetainUntil       time.Time // when it was stored
	CallEnd                time.Time
}

// Recordings lists recordings by their id.
type Recordings interface {
	Recordings(ctx context.Context, after uuid.UUID, limit int) ([]Recording, error)
}

// ErrGone: the storage answers and does not have the object.
var ErrGone = errors.New("the object is not there")

// ErrNoKey: the object is encrypted and its key is not at hand.
var ErrNoKey = errors.New("the object's key is not at hand")

// Objects are the stored recordings.
type Objects interface {
	// Lock asks for mode and date of the lock; ErrGone.
	Lock(ctx context.Context, r Recording) (mode string, until time.Time, err error)
	// Open gives the sealed WAV out of the object; ErrGone, ErrNoKey.
	Open(ctx context.Context, r Recording) (io.ReadCloser, error)
}

// LiveConfig is what a running system is verified by.
type LiveConfig struct {
	Reader     Reader
	Vault      Vault
	Recordings Recordings
	Objects    Objects
	Keys       []string // verifier keys that are trusted
	// Roots are the certificates that time stamps must lead to; nil: they are
	// not looked at, and that is noted.
	Roots *x509.CertPool
	// ReadAudio says whether a recording is read and hashed as a whole; nil: every one.
	ReadAudio func(uuid.UUID) bool
}

const verifyBatch = 2000

// Live verifies a running system (Rule S-04): every leaf, every fact behind it, every
// checkpoint here and in the bucket, every stored recording. It reads only. The
// error is that the database cannot be read; all else is in the report.
func Live(ctx context.Context, c LiveConfig) (*Report, error) {
	r := &Report{}
	notes, err := c.notes(ctx, r)
	if err != nil {
		return r, err
	}
	v := &liveTree{r: r, c: c, roots: map[int64]tlog.Hash{}, keys: map[int64][]string{}, wanted: map[int64]bool{}, calls: map[string]byte{}}
	for _, n := range notes {
		v.wanted[n.size] = true
	}
	if err := v.walk(ctx); err != nil {
		return r, err
	}
	v.judge(notes)
	if err := c.stamps(ctx, r, notes); err != nil {
		return r, err
	}
	unlogged, err := c.Reader.Unlogged(ctx, 1000)
	if err != nil {
		return r, err
	}
	for _, u := range unlogged {
		r.find(FactNotLogged, u.Kind+" "+u.Ref, "the row is final and has no leaf")
	}
	return r, c.objects(ctx, r, v.calls)
}

// found is a checkpoint and where it is.
type found struct {
	size           int64
	note           string
	inDB, inBucket bool
	stored         bool // the database says that the bucket has it
}

// notes collects the checkpoints of database and bucket.
func (c *LiveConfig) notes(ctx context.Context, r *Report) ([]found, error) {
	// In this order: what is said to be stored is in the bucket, what is in the
	// bucket is in the database, also while more come.
	objects, err := c.Reader.CheckpointObjects(ctx)
	if err != nil {
		return nil, err
	}
	keys, away := c.Vault.Notes(ctx, notePrefix)
	kept, err := c.Reader.Checkpoints(ctx)
	if err != nil {
		return nil, err
	}
	stored := map[int64]bool{}
	for _, o := range objects {
		stored[o.Size] = away == nil // else it cannot be said
	}
	all := map[string]*found{} // by content: two of one size are two
	for _, k := range kept {
		all[k.Note] = &found{size: k.Size, note: k.Note, inDB: true, stored: stored[k.Size]}
	}
	if away != nil {
		r.Unchecked = append(r.Unchecked, Finding{CheckpointUnstored, notePrefix, away.Error()})
	}
	for _, key := range keys {
		b, err := c.Vault.Note(ctx, key)
		if err != nil {
			r.Unchecked = append(r.Unchecked, Finding{CheckpointUnstored, key, err.Error()})
			continue
		}
		s, err := open(string(b), c.Keys)
		if err != nil && !errors.Is(err, errUnsigned) {
			r.find(CheckpointBad, key, "%v", err)
			continue
		}
		if noteKey(s.N) != key {
			r.find(CheckpointBad, key, "is the checkpoint of size %d", s.N)
			continue
		}
		if all[string(b)] == nil {
			all[string(b)] = &found{size: s.N, note: string(b)}
		}
		all[string(b)].inBucket = true
	}
	return slices.SortedFunc(func(yield func(found) bool) {
		for _, f := range all {
			if !yield(*f) {
				return
			}
		}
	}, func(a, b found) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.note, b.note)) }), nil
}

// liveTree builds the tree again out of its leaves.
type liveTree struct {
	r      *Report
	c      LiveConfig
	tree   peaks
	wanted map[int64]bool      // sizes whose root is wanted
	roots  map[int64]tlog.Hash // of these sizes
	keys   map[int64][]string  // verifier keys that the log names, by index
	calls  map[string]byte     // what the log has of each call
}

const (
	callOpened byte = 1 << iota
	callEnded
	callRecorded
)

func (v *liveTree) walk(ctx context.Context) error {
	size, waiting, err := v.c.Reader.Size(ctx)
	if err != nil {
		return err
	}
	v.r.Waiting = waiting
	for v.tree.size < size {
		from := v.tree.size
		leaves, err := v.c.Reader.Leaves(ctx, from, verifyBatch)
		if err != nil {
			return err
		}
		if len(leaves) == 0 || leaves[0].Index != from {
			v.r.find(LeafMissing, fmt.Sprint(from), "the log has %d leaves and none of this index; what follows cannot be judged", size)
			return nil
		}
		bodies, err := v.c.Reader.Bodies(ctx, from, from+int64(len(leaves)))
		if err != nil {
			return err
		}
		nodes, err := v.c.Reader.Nodes(ctx, nodeIndexes(from, len(leaves)))
		if errors.Is(err, ErrNodeGone) {
			v.r.find(NodeAltered, fmt.Sprint(from), "%v", err)
			nodes = nil
		} else if err != nil {
			return err
		}
		for _, l := range leaves {
			if l.Index != v.tree.size {
				v.r.find(LeafMissing, fmt.Sprint(v.tree.size), "the log has %d leaves and none of this index; what follows cannot be judged", size)
				return nil
			}
			done := v.tree.add(l.Hash())
			if nodes != nil && !slices.Equal(done, nodes[:len(done)]) {
				v.r.find(NodeAltered, fmt.Sprint(l.Index), "the hashes that leaf %d completes are not those that are kept", l.Index)
			}
			if nodes != nil {
				nodes = nodes[len(done):]
			}
			v.leaf(l, bodies)
			if v.wanted[v.tree.size] {
				v.roots[v.tree.size] = v.tree.root()
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	v.r.Leaves = v.tree.size
	return nil
}

// nodeIndexes are the stored indexes that n leaves complete, in order.
func nodeIndexes(from int64, n int) []int64 {
	first, end := tlog.StoredHashIndex(0, from), tlog.StoredHashCount(from+int64(n))
	out := make([]int64, 0, end-first)
	for i := first; i < end; i++ {
		out = append(out, i)
	}
	return out
}

// leaf compares a leaf with its row.
func (v *liveTree) leaf(l Leaf, bodies map[int64]string) {
	name := fmt.Sprintf("%s %s", l.Kind, l.Ref)
	t, err := parseLeaf(l.Text)
	if err != nil || t.Kind != l.Kind || t.Ref != l.Ref {
		v.r.find(LeafAltered, fmt.Sprint(l.Index), "the leaf does not say what its row says (%s)", name)
		return
	}
	switch l.Kind {
	case "key.1":
		v.keys[l.Index] = append(v.keys[l.Index], l.Ref)
	case "call_opened.1":
		v.calls[l.Ref] |= callOpened
		v.r.Calls++
	case "call.1":
		v.calls[l.Ref] |= callEnded
	}
	body, ok := bodies[l.Index]
	switch {
	case !ok:
		v.r.find(FactMissing, name, "leaf %d has no row any more", l.Index)
	case !t.holds(body):
		v.r.find(FactAltered, name, "the row is not what leaf %d was made of", l.Index)
	}
	v.r.Facts++
}

// judge compares the checkpoints with the tree. A key that a trusted
// checkpoint's tree names is trusted for later ones.
func (v *liveTree) judge(notes []found) {
	known, next := slices.Clone(v.c.Keys), int64(0)
	indexes := slices.Sorted(maps.Keys(v.keys))
	good := 0
	for _, n := range notes {
		name := fmt.Sprint(n.size)
		s, err := open(n.note, known)
		if err != nil {
			v.r.find(CheckpointBad, name, "%v", err)
			continue
		}
		v.r.Checkpoints++
		switch root, ok := v.roots[n.size]; {
		case n.size > v.tree.size:
			v.r.find(RolledBack, name, "a checkpoint of %s covers %d leaves, the log has %d", s.At.Format(time.RFC3339), n.size, v.tree.size)
		case !ok || root != s.Hash:
			v.r.find(RootDiffers, name, "the first %d leaves are not those that were signed at %s", n.size, s.At.Format(time.RFC3339))
		default:
			good++
			for len(indexes) > 0 && indexes[0] < n.size {
				known = append(known, v.keys[indexes[0]]...)
				indexes = indexes[1:]
			}
		}
		switch {
		case !n.inDB:
			v.r.find(CheckpointUnknown, name, "the bucket has this checkpoint, the database does not")
		case n.stored && !n.inBucket:
			v.r.find(CheckpointUnstored, name, "the database says that the bucket has this checkpoint")
		}
		next = n.size
	}
	if good == 0 && v.tree.size > 0 {
		v.r.find(CheckpointNone, "", "no checkpoint vouches for the %d leaves", v.tree.size)
	}
	if rest := v.tree.size - next; rest > 0 && good > 0 {
		v.r.Noted = append(v.r.Noted, Finding{CheckpointNone, fmt.Sprint(next), fmt.Sprintf("the last %d leaves are newer than the last checkpoint", rest)})
	}
}

// stamps checks the time stamps of the checkpoints.
func (c *LiveConfig) stamps(ctx context.Context, r *Report, notes []found) error {
	all, err := c.Reader.Timestamps(ctx, 0)
	if err != nil {
		return err
	}
	byNote := map[int64]string{}
	for _, n := range notes {
		if n.inDB {
			byNote[n.size] = n.note
		}
	}
	r.stamps(len(all), c.Roots)
	for _, t := range all {
		if c.Roots != nil {
			r.stamp(t, byNote[t.Size], c.Roots)
		}
	}
	return nil
}

// objects compares the recordings with what is stored.
func (c *LiveConfig) objects(ctx context.Context, r *Report, calls map[string]byte) error {
	for after := uuid.Nil; ; {
		batch, err := c.Recordings.Recordings(ctx, after, verifyBatch)
		if err != nil {
			return err
		}
		for _, rec := range batch {
			after = rec.ID
			calls[rec.CallID.String()] |= callRecorded
			c.object(ctx, r, rec)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(batch) < verifyBatch {
			break
		}
	}
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		if calls[id]&callEnded != 0 && calls[id]&callRecorded == 0 {
			r.find(CallIncomplete, id, "the call has ended, and there is no recording of it")
		}
	}
	return nil
}

func (c *LiveConfig) object(ctx context.Context, r *Report, rec Recording) {
	id := rec.ID.String()
	switch {
	case rec.State == "expired" || rec.State == "deleted":
		if rec.RetainUntil.After(time.Now()) { // Rule T-02
			r.find(ObjectMissing, id, "has expired, and it is to be kept until %s", rec.RetainUntil.Format(time.RFC3339))
		}
		return
	case rec.Key == "":
		detail := "is " + rec.State + " on " + rec.Instance
		if rec.Error != "" {
			detail += ": " + rec.Error
		}
		r.Noted = append(r.Noted, Finding{ObjectMissing, id, detail})
		return
	}
	r.Recordings++
	if rec.RetainUntil.Before(rec.FirstRetainUntil) { // Rule T-02
		r.find(FactAltered, "recording "+id, "its retention was shortened from %s to %s", rec.FirstRetainUntil.Format(time.RFC3339), rec.RetainUntil.Format(time.RFC3339))
	}
	mode, until, err := c.Objects.Lock(ctx, rec)
	switch {
	case errors.Is(err, ErrGone):
		r.find(ObjectMissing, id, "%s is not in the bucket", rec.Key)
		return
	case err != nil:
		r.Unchecked = append(r.Unchecked, Finding{ObjectMissing, id, err.Error()})
		return
	case mode != "COMPLIANCE" || until.Before(rec.RetainUntil.Truncate(time.Second)) || until.Before(rec.CallEnd.AddDate(3, 0, 0)): // Rule T-02
		r.find(ObjectUnlocked, id, "the object is locked %s until %s, it must be COMPLIANCE until %s", mode, until.Format(time.RFC3339), rec.RetainUntil.Format(time.RFC3339))
	}
	if c.ReadAudio != nil && !c.ReadAudio(rec.ID) {
		return
	}
	sum, err := c.hash(ctx, rec)
	switch {
	case errors.Is(err, ErrGone):
		r.find(ObjectMissing, id, "%s is not in the bucket", rec.Key)
	case errors.Is(err, ErrNoKey):
		r.Unchecked = append(r.Unchecked, Finding{AudioAltered, id, err.Error()})
	case err != nil:
		r.find(AudioAltered, id, "cannot be read: %v", err)
	case sum != hex.EncodeToString(rec.SHA256):
		r.find(AudioAltered, id, "the object has SHA-256 %s, %x was sealed", sum, rec.SHA256)
	default:
		r.AudioRead++
	}
}

func (c *LiveConfig) hash(ctx context.Context, rec Recording) (string, error) {
	f, err := c.Objects.Open(ctx, rec)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
