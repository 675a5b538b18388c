package recording

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"huifang/recording/spool"
	"huifang/recording/wav"
)

// Import seals a recording that was made on another line (Rule T-07) in a
// directory of the spool: its sound at 8000 Hz in G.711, its agent on the left.
// A recording that is sealed there already is read back, so a broken import is
// done again.
func Import(e spool.Entry, src *wav.Foreign, agentRight bool) (Sealed, error) {
	if s, err := readSeal(e); err == nil {
		return s, nil
	}
	total := src.Samples()
	out := Sealed{RecordingID: e.Meta.RecordingID, CallID: e.Meta.CallID, Path: e.WAV(), OpenedAt: e.Meta.OpenedAt, StartedAt: e.Meta.OpenedAt,
		Duration: duration(total), Law: src.Law().String(), Facts: Facts{Marks: []Mark{}, Reason: "imported"}}
	if err := importWAV(e, src, agentRight, &out); err != nil {
		return Sealed{}, fmt.Errorf("import recording %s: %w", e.Meta.RecordingID, err)
	}
	out.EmptyLeft, out.EmptyRight = out.LeftActive == 0, out.RightActive == 0
	b, err := json.Marshal(out)
	if err != nil {
		return Sealed{}, err
	}
	return out, e.WriteDurably(e.Seal(), b)
}

func importWAV(e spool.Entry, src *wav.Foreign, agentRight bool, out *Sealed) error {
	tmp := e.WAV() + ".tmp"
	f, err := e.Files().Make(tmp)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	w := io.MultiWriter(f, sum)
	total := src.Samples()
	if _, err := w.Write(wav.Header(src.Law(), total, 2)); err != nil {
		return err
	}
	meter := activity{channels: 2}
	for from := int64(0); from < total; from += rate {
		part, err := src.Encode(from, min(rate, total-from))
		if err != nil {
			return err
		}
		if agentRight {
			for i := 0; i+1 < len(part); i += 2 {
				part[i], part[i+1] = part[i+1], part[i]
			}
		}
		meter.add(part, src.Law())
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	out.Bytes, out.SHA256 = wav.HeaderSize+2*total, sum.Sum(nil)
	out.LeftActive, out.RightActive = meter.active(0), meter.active(1)
	return e.Files().Rename(tmp, e.WAV())
}
