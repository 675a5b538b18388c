package backend

import (
	"errors"
	"fmt"
	"io"

	"huifang/internal/httpapi"
	"huifang/internal/problem"
	"huifang/recording/wav"
)

// Wave reads stored recordings for the API.
type Wave struct{}

// PCM implements [httpapi.Wave]. Nothing is read before the caller's access log
// has it: a stored recording refuses reading until then (Rule S-01).
func (Wave) PCM(stored io.ReadSeeker, size int64, channel httpapi.Channel) (io.ReadSeeker, error) {
	side, err := sideOf(channel)
	if err != nil {
		return nil, err
	}
	r, err := wav.NewPCMReader(stored, size, side)
	if errors.Is(err, wav.ErrNoThird) {
		return nil, &problem.Error{Code: problem.CodeConflict, Reason: "no_third", Detail: "nobody but agent and customer speaks in the recording"}
	}
	if err != nil {
		return nil, fmt.Errorf("read stored recording: %w", err)
	}
	return r, nil
}

// Peaks implements [httpapi.Wave].
func (Wave) Peaks(stored io.ReadSeeker, size int64, points int) (httpapi.Peaks, error) {
	p, err := wav.ReadPeaks(stored, size, points)
	if err != nil {
		return httpapi.Peaks{}, fmt.Errorf("read peaks of stored recording: %w", err)
	}
	return httpapi.Peaks{DurationMs: p.DurationMs(), Left: p.Left, Right: p.Right}, nil
}

func sideOf(c httpapi.Channel) (wav.Channels, error) {
	switch c {
	case httpapi.ChannelBoth:
		return wav.Both, nil
	case httpapi.ChannelLeft:
		return wav.Left, nil
	case httpapi.ChannelRight:
		return wav.Right, nil
	case httpapi.ChannelThird:
		return wav.Third, nil
	}
	return 0, fmt.Errorf("play channel %q: there is no such channel", c)
}
