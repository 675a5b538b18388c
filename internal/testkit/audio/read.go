package audio

import (
	"testing"

	"huifang/internal/clip"
)

// MustReadWAV reads a file or fails the test.
func MustReadWAV(t testing.TB, path string) clip.Clip {
	t.Helper()
	c, err := clip.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
