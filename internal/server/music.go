package server

import (
	"fmt"
	"time"

	"huifang/internal/clip"
	"huifang/internal/config"
)

// longestMusic bounds what is kept in memory of a piece: it is repeated anyway.
const longestMusic = 10 * time.Minute

// holdMusic loads what held customers hear: a WAV for all, others by program,
// nil for the tone. The files are brought to A-law once, here.
func holdMusic(cfg config.Media) (func(program string) []byte, error) {
	load := func(path string) ([]byte, error) {
		c, err := clip.Read(path)
		if err != nil {
			return nil, fmt.Errorf("read hold music %s: %w", path, err)
		}
		sound := c.ToALaw()
		if len(sound) == 0 {
			return nil, fmt.Errorf("read hold music %s: there is no sound in it", path)
		}
		return sound[:min(len(sound), int(longestMusic.Seconds())*8000)], nil
	}
	var company []byte
	var err error
	if cfg.HoldMusic != "" {
		if company, err = load(cfg.HoldMusic); err != nil {
			return nil, err
		}
	}
	of := map[string][]byte{}
	for program, path := range cfg.HoldMusicOf {
		if of[program], err = load(path); err != nil {
			return nil, err
		}
	}
	return func(program string) []byte {
		if sound := of[program]; sound != nil {
			return sound
		}
		return company
	}, nil
}
