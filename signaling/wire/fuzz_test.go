package wire

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds adds the examples of one direction.
func seeds(f *testing.F, prefix string) {
	files, err := filepath.Glob(filepath.Join("testdata", prefix+"*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal("no examples", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"id":"1","type":"ping","data":` + strings.Repeat("[", 20000)))
	f.Add([]byte("{\"id\":\"\xff\",\"type\":\"ping\"}"))
	f.Add([]byte(`{"id":"1","type":"ping"}{}`))
}

// What is taken can be written and is read as the same; what is refused says
// why, in UTF-8 and in few words.
func FuzzCommand(f *testing.F) {
	seeds(f, "command.")
	f.Fuzz(func(t *testing.T, frame []byte) {
		c, err := DecodeCommand(frame)
		if err != nil {
			refused, ok := errors.AsType[*DecodeError](err)
			if !ok || refused.Reason == "" || !utf8.ValidString(refused.Detail) || len(refused.ID) > MaxID {
				t.Fatalf("%#v", err)
			}
			return
		}
		b, err := EncodeCommand(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeCommand(b)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%+v became %+v: %v", c, again, err)
		}
	})
}

func FuzzEvent(f *testing.F) {
	seeds(f, "event.")
	f.Fuzz(func(t *testing.T, frame []byte) {
		e, err := DecodeEvent(frame)
		if err != nil {
			return
		}
		data, err := e.Decode()
		if err != nil {
			return
		}
		b, err := EncodeEvent(e.Seq, e.Type, data)
		if err != nil {
			return // a time beyond the year 9999, which nobody made
		}
		again, err := DecodeEvent(b)
		if err != nil || again.Seq != e.Seq || again.Type != e.Type {
			t.Fatalf("%+v became %+v: %v", e, again, err)
		}
		if _, err := again.Decode(); err != nil {
			t.Fatalf("%s cannot be read again: %v", b, err)
		}
	})
}
