package evidence

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// maxLine bounds a line of a pack: a record's words and its proof.
const maxLine = 16 << 20

// VerifyPack (Rule T-08) verifies a pack, or all the volumes of an export that lie in a
// directory, with nothing but public keys. The error is that there is no pack to
// read; all else is in the report.
//
// roots are the certificates that time stamps must lead to; nil: they are not
// looked at, and that is noted.
func VerifyPack(dir string, keys []string, roots *x509.CertPool) (*Report, error) {
	if _, err := os.Stat(filepath.Join(dir, packFile)); err == nil {
		return verifyVolume(dir, keys, roots, nil)
	}
	volumes, err := filepath.Glob(filepath.Join(dir, "vol-???"))
	if err != nil || len(volumes) == 0 {
		return nil, fmt.Errorf("open pack: neither %s nor a volume vol-001 is in %s", packFile, dir)
	}
	elsewhere := map[string]bool{}
	var numbers []int
	last := 0
	for _, d := range volumes {
		p, err := readPack(d)
		if err != nil {
			continue // its own verification says so
		}
		for _, c := range p.Calls {
			elsewhere[c.ID.String()] = true
		}
		numbers = append(numbers, p.Volume)
		if p.Last {
			last = p.Volume
		}
	}
	all := &Report{}
	for n := 1; n <= max(last, len(volumes)); n++ {
		if !slices.Contains(numbers, n) {
			all.find(PackIncomplete, fmt.Sprintf("vol-%03d", n), "the volume is not there, or cannot be read")
		}
	}
	if last == 0 {
		all.find(PackIncomplete, dir, "the last volume is not there")
	}
	for _, d := range volumes {
		r, err := verifyVolume(d, keys, roots, elsewhere)
		if err != nil {
			return nil, err
		}
		all.join(filepath.Base(d), r)
	}
	return all, nil
}

func readPack(dir string) (p Pack, err error) {
	b, err := os.ReadFile(filepath.Join(dir, packFile))
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	return p, err
}

// verifyVolume verifies one volume; elsewhere are the calls of the others.
func verifyVolume(dir string, keys []string, roots *x509.CertPool, elsewhere map[string]bool) (*Report, error) {
	content, err := os.ReadFile(filepath.Join(dir, packFile))
	if err != nil {
		return nil, fmt.Errorf("open pack: %w", err)
	}
	r := &Report{}
	v := &packVerifier{r: r, dir: dir, known: slices.Clone(keys), calls: map[string]*packedCall{}, elsewhere: elsewhere}
	if err := json.Unmarshal(content, &v.pack); err != nil || v.pack.Version != packVersion {
		r.find(PackAltered, packFile, "cannot be read: %v, version %d", err, v.pack.Version)
		return r, nil
	}
	v.files()
	if !v.root() {
		return r, nil
	}
	v.leaves()
	v.checkpoints()
	v.stamps(roots)
	signed, err := os.ReadFile(filepath.Join(dir, packNote))
	if err == nil {
		err = openPack(signed, content, v.known)
	}
	if err != nil {
		r.find(PackAltered, packFile, "%v", err)
	}
	v.complete()
	return r, nil
}

// packedCall is what the leaves prove of a call.
type packedCall struct {
	opened, ended bool      // the leaf is there
	began         time.Time // by the fact of call_opened
	whole         bool      // the fact of its end is there too
	recordings    map[string]recordingFact
}

type recordingFact struct {
	ID     string  `json:"id"`
	CallID *string `json:"call_id"`
	SHA256 string  `json:"sha256"`
	Bytes  int64   `json:"bytes"`
}

type packVerifier struct {
	r       *Report
	dir     string
	pack    Pack
	tree    tlog.Tree
	known   []string // verifier keys that are believed
	keys    []indexedKey
	calls   map[string]*packedCall
	next    int64             // of the range, the index that must come
	ends    map[string]string // call -> ended_at
	objects map[string]string // recording -> retain_until

	elsewhere map[string]bool // calls of other volumes
}

type indexedKey struct {
	index    int64
	verifier string
}

// files compares every file with pack.json, and finds those that it does not name.
func (v *packVerifier) files() {
	for name, want := range v.pack.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			v.r.find(PackAltered, name, "lies outside of the pack")
			continue
		}
		have, err := hashFile(filepath.Join(v.dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			v.r.find(PackIncomplete, name, "is not there")
		case err != nil:
			v.r.find(PackIncomplete, name, "%v", err)
		case have != want:
			v.r.find(PackAltered, name, "has %d bytes and SHA-256 %s, packed were %d and %s", have.Bytes, have.SHA256, want.Bytes, want.SHA256)
		}
	}
	err := fs.WalkDir(os.DirFS(v.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == packFile || name == packNote {
			return err
		}
		if _, ok := v.pack.Files[name]; !ok {
			v.r.find(PackAltered, name, "is not of the pack")
		}
		return nil
	})
	if err != nil {
		v.r.Unchecked = append(v.r.Unchecked, Finding{PackIncomplete, v.dir, err.Error()})
	}
}

// root reads the checkpoint that the proofs lead to. Whether its signature is
// believed is known only after the leaves: they may name its key.
func (v *packVerifier) root() bool {
	b, err := os.ReadFile(filepath.Join(v.dir, checkpointFile))
	if err != nil {
		v.r.find(PackIncomplete, checkpointFile, "%v", err)
		return false
	}
	s, err := open(string(b), v.known)
	if err != nil && !errors.Is(err, errUnsigned) {
		v.r.find(CheckpointBad, checkpointFile, "%v", err)
		return false
	}
	if s.N != v.pack.Size {
		v.r.find(PackAltered, checkpointFile, "covers %d leaves, the pack says %d", s.N, v.pack.Size)
	}
	v.tree = s.Tree
	return true
}

// lines gives each line of a file to f.
func (v *packVerifier) lines(name string, f func(line []byte) error) {
	file, err := os.Open(filepath.Join(v.dir, name))
	if err != nil {
		return // files has said so
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, maxLine)
	for n := 1; s.Scan(); n++ {
		if err := f(s.Bytes()); err != nil {
			v.r.find(ProofBad, fmt.Sprintf("%s line %d", name, n), "%v", err)
		}
	}
	if err := s.Err(); err != nil {
		v.r.find(PackAltered, name, "%v", err)
	}
}

func (v *packVerifier) leaves() {
	v.ends, v.objects = map[string]string{}, map[string]string{}
	if v.pack.Range != nil {
		v.next = v.pack.Range.From
	}
	before := int64(-1)
	v.lines(leavesFile, func(line []byte) error {
		var l packLeaf
		if err := json.Unmarshal(line, &l); err != nil {
			return err
		}
		if l.Index <= before {
			return fmt.Errorf("leaf %d stands behind leaf %d", l.Index, before)
		}
		before = l.Index
		proof, err := parseHashes(l.Proof)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, v.tree.N, v.tree.Hash, l.Index, tlog.RecordHash([]byte(l.Leaf))); err != nil {
			return fmt.Errorf("leaf %d is not in the tree of %s: %w", l.Index, checkpointFile, err)
		}
		v.r.Leaves++
		if v.pack.Range != nil && l.Index == v.next {
			v.next++
		}
		return v.fact(l)
	})
	if g := v.pack.Range; g != nil && v.next < g.To {
		v.r.find(LeafMissing, fmt.Sprint(v.next), "the pack says that it has every leaf from %d to %d", g.From, g.To-1)
	}
}

// fact reads what a proved leaf says.
func (v *packVerifier) fact(l packLeaf) error {
	t, err := parseLeaf(l.Leaf)
	if err != nil {
		return err
	}
	switch t.Kind {
	case "key.1":
		v.keys = append(v.keys, indexedKey{l.Index, t.Ref})
	case "call_opened.1":
		v.call(t.Ref).opened = true
	case "call.1":
		v.call(t.Ref).ended = true
	}
	if l.Body == "" {
		return nil
	}
	if !t.holds(l.Body) {
		v.r.find(FactAltered, t.Kind+" "+t.Ref, "is not what leaf %d was made of", l.Index)
		return nil
	}
	v.r.Facts++
	switch t.Kind {
	case "call_opened.1":
		var f struct {
			StartedAt time.Time `json:"started_at"`
		}
		err = json.Unmarshal([]byte(l.Body), &f)
		v.call(t.Ref).began = f.StartedAt
	case "call.1":
		var f struct {
			EndedAt string `json:"ended_at"`
		}
		err = json.Unmarshal([]byte(l.Body), &f)
		v.call(t.Ref).whole = true
		v.ends[t.Ref] = f.EndedAt
	case "recording.1":
		var f recordingFact
		if err = json.Unmarshal([]byte(l.Body), &f); err == nil && f.CallID != nil {
			v.call(*f.CallID).recordings[f.ID] = f
		}
	case "object.1":
		var f struct {
			RetainUntil string `json:"retain_until"`
		}
		err = json.Unmarshal([]byte(l.Body), &f)
		v.objects[t.Ref] = f.RetainUntil
	}
	return err
}

func (v *packVerifier) call(id string) *packedCall {
	if v.calls[id] == nil {
		v.calls[id] = &packedCall{recordings: map[string]recordingFact{}}
	}
	return v.calls[id]
}

// checkpoints follows the chain of checkpoints from the oldest on: each is
// signed by a key that is believed, and the next goes on from it. A key that a
// believed tree names is believed from there on.
func (v *packVerifier) checkpoints() {
	type signed struct {
		name string
		statement
		note string
	}
	var chain []signed
	add := func(name string) {
		b, err := os.ReadFile(filepath.Join(v.dir, filepath.FromSlash(name)))
		if err != nil {
			return // files has said so
		}
		s, err := open(string(b), v.known)
		if err != nil && !errors.Is(err, errUnsigned) {
			v.r.find(CheckpointBad, name, "%v", err)
			return
		}
		chain = append(chain, signed{name, s, string(b)})
	}
	for name := range v.pack.Files {
		if filepath.Dir(filepath.FromSlash(name)) == checkpointsDir {
			add(name)
		}
	}
	add(checkpointFile)
	slices.SortFunc(chain, func(a, b signed) int { return int(a.N - b.N) })
	for _, c := range chain {
		if _, err := open(c.note, v.known); err != nil {
			v.r.find(CheckpointBad, c.name, "%v", err)
			continue
		}
		v.r.Checkpoints++
		for len(v.keys) > 0 && v.keys[0].index < c.N {
			v.known = append(v.known, v.keys[0].verifier)
			v.keys = v.keys[1:]
		}
	}
	step := 0
	v.lines(consistencyFile, func(line []byte) error {
		var p packConsistency
		if err := json.Unmarshal(line, &p); err != nil {
			return err
		}
		if step+1 >= len(chain) || chain[step].N != p.From || chain[step+1].N != p.To {
			return fmt.Errorf("no two neighbouring checkpoints of %d and %d leaves", p.From, p.To)
		}
		proof, err := parseHashes(p.Proof)
		if err != nil {
			return err
		}
		a, b := chain[step], chain[step+1]
		step++
		return tlog.CheckTree(proof, b.N, b.Hash, a.N, a.Hash)
	})
	if step != len(chain)-1 {
		v.r.find(ProofBad, consistencyFile, "has %d proofs for %d checkpoints", step, len(chain))
	}
}

// stamps checks the time stamps against their checkpoints.
func (v *packVerifier) stamps(roots *x509.CertPool) {
	n := 0
	for name := range v.pack.Files {
		var size int64
		if _, err := fmt.Sscanf(name, stampsDir+"/%d.tst", &size); err != nil {
			continue
		}
		n++
		if roots == nil {
			continue
		}
		of := fmt.Sprintf("%s/%015d.txt", checkpointsDir, size)
		if size == v.pack.Size {
			of = checkpointFile
		}
		token, err := os.ReadFile(filepath.Join(v.dir, filepath.FromSlash(name)))
		if err != nil {
			continue // files has said so
		}
		note, err := os.ReadFile(filepath.Join(v.dir, filepath.FromSlash(of)))
		if err != nil {
			v.r.find(TimestampBad, name, "there is no checkpoint that it stamps")
			continue
		}
		v.r.stamp(Timestamp{Size: size, Token: token}, string(note), roots)
	}
	v.r.stamps(n, roots)
}

// complete holds the calls that the pack names against what the leaves prove.
func (v *packVerifier) complete() {
	named := map[string]bool{}
	for _, c := range v.pack.Calls {
		id := c.ID.String()
		named[id] = true
		v.r.Calls++
		p := v.calls[id]
		if p == nil || !p.opened || !p.whole {
			v.r.find(PackIncomplete, id, "the leaves do not show the call's beginning and end")
			continue
		}
		f, sealed := p.recordings[c.Recording.String()]
		switch {
		case c.Audio == "" && sealed:
			v.r.Noted = append(v.r.Noted, Finding{ObjectMissing, id, "was sealed and is not in the pack: " + c.Why})
		case c.Audio == "":
			v.r.Noted = append(v.r.Noted, Finding{ObjectMissing, id, c.Why})
		case !sealed:
			v.r.find(PackIncomplete, id, "no leaf shows that its recording was sealed")
		default:
			v.sound(c, f)
		}
		v.kept(id, c.Recording.String())
	}
	if v.pack.Range == nil || v.pack.Period == nil {
		return
	}
	for id, p := range v.calls {
		if !p.opened || named[id] || v.elsewhere[id] || p.began.Before(v.pack.Period.From) || !p.began.Before(v.pack.Period.To) {
			continue
		}
		alone := v.pack.Volume == 1 && v.pack.Last || v.elsewhere != nil
		switch {
		case p.began.IsZero():
			v.r.find(PackIncomplete, id, "the fact of the call's beginning is not in the pack")
		case p.ended && alone:
			v.r.find(PackIncomplete, id, "the call began in the period and ended, and is not in the pack")
		case p.ended:
			v.r.Noted = append(v.r.Noted, Finding{CallIncomplete, id, "is not in this volume; verify all volumes together"})
		default:
			v.r.Noted = append(v.r.Noted, Finding{CallIncomplete, id, "began in the period and was still up when the pack was made"})
		}
	}
}

func (v *packVerifier) sound(c PackCall, f recordingFact) {
	v.r.Recordings++
	have, err := hashFile(filepath.Join(v.dir, filepath.FromSlash(c.Audio)))
	switch {
	case err != nil:
		return // files has said so
	case have.SHA256 != f.SHA256:
		v.r.find(AudioAltered, c.Recording.String(), "the sound has SHA-256 %s, %s was sealed", have.SHA256, f.SHA256)
	default:
		v.r.AudioRead++
	}
}

// kept: Rule T-02, the object was locked for three years from the call's end.
func (v *packVerifier) kept(call, recording string) {
	until, ok := v.objects[recording]
	if !ok {
		return
	}
	end, err := time.Parse(time.RFC3339Nano, v.ends[call])
	locked, err2 := time.Parse(time.RFC3339Nano, until)
	if err != nil || err2 != nil || locked.Before(end.AddDate(3, 0, 0)) {
		v.r.find(ObjectUnlocked, recording, "was locked until %s, the call ended at %s", until, v.ends[call])
	}
}

func parseHashes(in []string) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(in))
	for i, s := range in {
		h, err := tlog.ParseHash(s)
		if err != nil {
			return nil, fmt.Errorf("hash %d of the proof: %w", i, err)
		}
		out[i] = h
	}
	return out, nil
}
