package httpapi

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// wavHeader is the size of what stands before the first sample of the WAV
// files that Wave gives, in bytes; samples are 16 bits, 8000 a second.
const wavHeader = 44

func audioOperation(o huma.Operation) huma.Operation {
	binary := func() map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"audio/wav": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	}
	o.Responses = map[string]*huma.Response{
		"200": {Description: "The whole file", Content: binary()},
		"206": {Description: "A part of it", Content: binary()},
	}
	return o
}

type audioInput struct {
	PathID
	Channel string `query:"channel" enum:"both,left,right,third" default:"both" doc:"left: the agent, right: the customer, third: a supervisor who spoke"`
	Range   string `header:"Range"`
}

// getAudio plays a recording. The access log is written before the first byte
// leaves: if it cannot be, nothing is played (Rule S-01).
func (s *server) getAudio(ctx context.Context, in *audioInput) (*huma.StreamResponse, error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	channel := Channel(in.Channel)
	stored, err := s.deps.Recordings.OpenAudio(ctx, principal(ctx), id)
	if err != nil {
		return nil, err
	}
	return s.play(ctx, stored, channel, in.Range)
}

// play answers with what is open, and closes it.
func (s *server) play(ctx context.Context, stored StoredAudio, channel Channel, ranges string) (*huma.StreamResponse, error) {
	pcm, err := s.fetch(ctx, stored, channel, ranges)
	if err != nil {
		s.closeAudio(ctx, stored)
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer s.closeAudio(hctx.Context(), stored)
		r, w := humago.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "audio/wav")
		h.Set("Cache-Control", "private, no-store")
		h.Set("Content-Disposition", "inline")
		if sum := stored.SHA256(); sum != "" {
			h.Set("ETag", `"`+sum+"-"+string(channel)+`"`)
		}
		http.ServeContent(w, r, "", time.Time{}, pcm)
	}}, nil
}

// fetch logs what is about to be sent, then opens it as PCM.
func (s *server) fetch(ctx context.Context, stored StoredAudio, channel Channel, ranges string) (io.ReadSeeker, error) {
	if err := stored.Fetch(ctx, requestedSpan(ranges, stored.DurationMs(), channel)); err != nil {
		return nil, err
	}
	return s.deps.Wave.PCM(stored, stored.Size(), channel)
}

func (s *server) closeAudio(ctx context.Context, stored StoredAudio) {
	if err := stored.Close(); err != nil {
		s.log.WarnContext(ctx, "audio file not closed", "error", err)
	}
}

// requestedSpan gives the part of a recording that a Range header (RFC 9110
// 14.2) asks for; several ranges count as the span that holds them all, and
// what cannot be read counts as the whole.
func requestedSpan(header string, durationMs int64, channel Channel) Span {
	perMs := int64(16) // bytes: 8 samples of 2 bytes
	if channel == ChannelBoth {
		perMs = 32
	}
	size := wavHeader + durationMs*perMs
	first, last := size, int64(0)
	ranges, ok := strings.CutPrefix(strings.TrimSpace(header), "bytes=")
	for spec := range strings.SplitSeq(ranges, ",") {
		start, end, good := oneRange(strings.TrimSpace(spec), size)
		ok = ok && good
		first, last = min(first, start), max(last, end)
	}
	if !ok || first > last {
		first, last = 0, size
	}
	toTime := func(offset int64) int64 { return min(max(0, offset-wavHeader)/perMs, durationMs) }
	return Span{Channel: channel, FromMs: toTime(first), ToMs: toTime(last + perMs - 1)}
}

// oneRange reads "a-b", "a-" or "-n" as the bytes [start, end) of a file.
func oneRange(spec string, size int64) (start, end int64, ok bool) {
	a, b, found := strings.Cut(spec, "-")
	if !found {
		return 0, size, false
	}
	if a == "" {
		n, err := strconv.ParseInt(b, 10, 64)
		return max(0, size-n), size, err == nil && n >= 0
	}
	start, err := strconv.ParseInt(a, 10, 64)
	if err != nil {
		return 0, size, false
	}
	if b == "" {
		return start, size, true
	}
	end, err = strconv.ParseInt(b, 10, 64)
	return start, min(end+1, size), err == nil
}
