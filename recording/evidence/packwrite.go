package evidence

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// packWriter writes one volume.
type packWriter struct {
	e     *Exporter
	dir   string
	pack  Pack
	zone  *time.Location
	cache map[int64]tlog.Hash
	pages *callPages
}

// write writes the volume and gives how many bytes it has.
func (w *packWriter) write(ctx context.Context) (int64, error) {
	if err := w.content(ctx); err != nil {
		return 0, err
	}
	content, err := json.MarshalIndent(w.pack, "", " ")
	if err != nil {
		return 0, err
	}
	signed, err := w.e.Log.cfg.Keys.signPack(content, w.pack.MadeAt)
	if err != nil {
		return 0, err
	}
	if err := writeSynced(filepath.Join(w.dir, packFile), content); err != nil {
		return 0, err
	}
	size := int64(len(content) + len(signed))
	for _, f := range w.pack.Files {
		size += f.Bytes
	}
	return size, writeSynced(filepath.Join(w.dir, packNote), signed)
}

// content writes everything that pack.json names.
func (w *packWriter) content(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(w.dir, audioDir), 0o750); err != nil {
		return err
	}
	if err := w.audio(ctx); err != nil {
		return err
	}
	// Hearing a recording for a pack is not logged between here and the proofs.
	last, err := w.e.Source.LastCheckpoint(ctx)
	if err != nil {
		return err
	}
	w.pack.Size = last.Size
	if err := w.file(checkpointFile, []byte(last.Note)); err != nil {
		return err
	}
	if err := w.leaves(ctx); err != nil {
		return err
	}
	if err := w.checkpoints(ctx); err != nil {
		return err
	}
	page, err := w.pack.page(w.zone)
	if err != nil {
		return err
	}
	if err := w.file(pageFile, page); err != nil {
		return err
	}
	if err := w.file(readmeFile, []byte(readme)); err != nil {
		return err
	}
	return w.strangers()
}

// audio copies the sealed WAVs; one that is there already, whole, stays.
func (w *packWriter) audio(ctx context.Context) error {
	var done int64
	for i := range w.pack.Calls {
		c := &w.pack.Calls[i]
		if c.stored.Key == "" {
			c.Why = "the recording is " + c.stored.State
			if c.stored.Error != "" {
				c.Why += ": " + c.stored.Error
			}
			continue
		}
		c.Audio = audioDir + "/" + c.Recording.String() + ".wav"
		f, err := w.one(ctx, c)
		if err != nil {
			return fmt.Errorf("recording %s: %w", c.Recording, err)
		}
		w.pack.Files[c.Audio] = f
		done += f.Bytes
		if w.e.Progress != nil {
			w.e.Progress(w.pack.Volume, int64(i+1), done)
		}
	}
	return nil
}

func (w *packWriter) one(ctx context.Context, c *PackCall) (PackFile, error) {
	path := filepath.Join(w.dir, filepath.FromSlash(c.Audio))
	if f, err := hashFile(path); err == nil && f.SHA256 == hex.EncodeToString(c.stored.SHA256) {
		return f, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	in, err := w.e.Objects.Open(ctx, c.stored)
	if err != nil {
		return PackFile{}, err
	}
	defer in.Close()
	out, err := os.Create(path)
	if err != nil {
		return PackFile{}, err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return PackFile{}, err
	}
	f := PackFile{Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}
	if f.SHA256 != hex.EncodeToString(c.stored.SHA256) {
		return f, fmt.Errorf("the stored sound has SHA-256 %s, %x was sealed: run huifang verify", f.SHA256, c.stored.SHA256)
	}
	return f, nil
}

// leaves writes leaves.jsonl: all about the calls with their facts, and for a
// period every leaf in between.
func (w *packWriter) leaves(ctx context.Context) error {
	var err error
	whole := map[int64]bool{}
	for part := range slices.Chunk(w.pack.Calls, packBatch) {
		ids := make([]uuid.UUID, len(part))
		for i, c := range part {
			ids[i] = c.ID
		}
		indexes, err := w.e.Source.LeavesOf(ctx, ids)
		if err != nil {
			return err
		}
		for _, i := range indexes {
			if i < w.pack.Size {
				whole[i] = true
			}
		}
	}
	wanted := make([]int64, 0, len(whole))
	for i := range whole {
		wanted = append(wanted, i)
	}
	slices.Sort(wanted)
	if w.pack.Period != nil {
		w.pack.Range = w.between()
		for i := w.pack.Range.From; i < w.pack.Range.To; i++ {
			if !whole[i] {
				wanted = append(wanted, i)
			}
		}
		slices.Sort(wanted)
	}
	if w.pages, err = newCallPages(w.dir, w.zone, w.pack.Calls); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(w.dir, leavesFile))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	err = w.lines(ctx, json.NewEncoder(out), wanted, whole)
	if err = errors.Join(err, out.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	w.pack.Files[leavesFile], err = hashFile(f.Name())
	return errors.Join(err, w.pages.finish(w.pack.Files))
}

// between is the range of a volume: from its first call's beginning to the last end.
func (w *packWriter) between() *Range {
	r := &Range{From: w.pack.Size}
	for _, c := range w.pack.Calls {
		if c.opened >= 0 && c.opened < w.pack.Size {
			r.From, r.To = min(r.From, c.opened), max(r.To, c.opened+1, min(c.closed+1, w.pack.Size))
		}
	}
	r.To = max(r.From, r.To)
	return r
}

func (w *packWriter) lines(ctx context.Context, out *json.Encoder, wanted []int64, whole map[int64]bool) error {
	out.SetEscapeHTML(false)
	nodes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return w.nodes(ctx, indexes) })
	for len(wanted) > 0 {
		// One stretch of neighbours at a time.
		n := 1
		for n < len(wanted) && n < packBatch && wanted[n]-wanted[0] < 4*packBatch {
			n++
		}
		from, to := wanted[0], wanted[n-1]+1
		leaves, err := w.e.Source.Leaves(ctx, from, int(to-from))
		if err != nil {
			return err
		}
		bodies, err := w.e.Source.Bodies(ctx, from, to)
		if err != nil {
			return err
		}
		for _, i := range wanted[:n] {
			at, ok := slices.BinarySearchFunc(leaves, i, func(l Leaf, i int64) int { return int(l.Index - i) })
			if !ok {
				return fmt.Errorf("leaf %d is gone: run huifang verify", i)
			}
			l := packLeaf{Index: i, Leaf: leaves[at].Text}
			if whole[i] || leaves[at].Kind == "call_opened.1" {
				if l.Body = bodies[i]; l.Body == "" {
					return fmt.Errorf("the fact of leaf %d is gone: run huifang verify", i)
				}
			}
			proof, err := tlog.ProveRecord(w.pack.Size, i, nodes)
			if err != nil {
				return fmt.Errorf("prove leaf %d: %w", i, err)
			}
			l.Proof = hashesText(proof)
			if err := out.Encode(l); err != nil {
				return err
			}
			if whole[i] {
				if err := w.pages.add(i, l.Leaf, l.Body); err != nil {
					return err
				}
			}
		}
		wanted = wanted[n:]
	}
	return nil
}

// nodes reads hashes of the tree, those of neighbouring proofs once.
func (w *packWriter) nodes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	var unknown []int64
	for _, x := range indexes {
		if _, ok := w.cache[x]; !ok {
			unknown = append(unknown, x)
		}
	}
	if len(unknown) > 0 {
		hashes, err := w.e.Source.Nodes(ctx, unknown)
		if err != nil {
			return nil, err
		}
		if len(w.cache) > 200_000 {
			clear(w.cache)
			if hashes, err = w.e.Source.Nodes(ctx, indexes); err != nil {
				return nil, err
			}
			unknown = indexes
		}
		for i, x := range unknown {
			w.cache[x] = hashes[i]
		}
	}
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = w.cache[x]
	}
	return out, nil
}

// checkpoints writes the earlier checkpoints, each with the proof that the next
// one goes on from it.
func (w *packWriter) checkpoints(ctx context.Context) error {
	for _, d := range []string{checkpointsDir, stampsDir} {
		if err := os.MkdirAll(filepath.Join(w.dir, d), 0o750); err != nil {
			return err
		}
	}
	all, err := w.e.Source.Checkpoints(ctx)
	if err != nil {
		return err
	}
	var lines []byte
	for i, c := range all {
		if c.Size >= w.pack.Size {
			break
		}
		if err := w.file(fmt.Sprintf("%s/%015d.txt", checkpointsDir, c.Size), []byte(c.Note)); err != nil {
			return err
		}
		next := all[i+1].Size
		proof, err := tlog.ProveTree(next, c.Size, tlog.HashReaderFunc(func(x []int64) ([]tlog.Hash, error) { return w.nodes(ctx, x) }))
		if err != nil {
			return fmt.Errorf("prove checkpoint %d: %w", c.Size, err)
		}
		b, err := json.Marshal(packConsistency{From: c.Size, To: next, Proof: hashesText(proof)})
		if err != nil {
			return err
		}
		lines = append(append(lines, b...), '\n')
	}
	stamps, err := w.e.Source.Timestamps(ctx, 0)
	if err != nil {
		return err
	}
	for _, t := range stamps {
		if t.Size <= w.pack.Size {
			if err := w.file(fmt.Sprintf("%s/%015d.tst", stampsDir, t.Size), t.Token); err != nil {
				return err
			}
		}
	}
	return w.file(consistencyFile, lines)
}

// file writes a small file of the pack.
func (w *packWriter) file(name string, content []byte) error {
	if err := writeSynced(filepath.Join(w.dir, filepath.FromSlash(name)), content); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	w.pack.Files[name] = PackFile{Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	return nil
}

// strangers removes what an earlier run left and this one did not write.
func (w *packWriter) strangers() error {
	return fs.WalkDir(os.DirFS(w.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if _, ok := w.pack.Files[name]; !ok {
			return os.Remove(filepath.Join(w.dir, filepath.FromSlash(name)))
		}
		return nil
	})
}

func writeSynced(path string, content []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func hashFile(path string) (PackFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return PackFile{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return PackFile{Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

func hashesText(in []tlog.Hash) []string {
	out := make([]string, len(in))
	for i, h := range in {
		out[i] = h.String()
	}
	return out
}
