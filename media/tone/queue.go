package tone

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed prompts/queue/*.wav
var queueFiles embed.FS

// positions is up to how many customers before one are told by number.
const positions = 5

// Queue are the sentences for customers who wait for an agent, in the languages
// of the notices.
type Queue struct{ said map[string][]byte }

// NewQueue loads the embedded sentences.
func NewQueue() (*Queue, error) {
	q := &Queue{said: make(map[string][]byte)}
	names := []string{"more", "farewell"}
	for i := range positions + 1 {
		names = append(names, strconv.Itoa(i))
	}
	for _, language := range []string{DefaultLanguage, "en"} {
		for _, name := range names {
			file, err := queueFiles.ReadFile("prompts/queue/" + language + "-" + name + ".wav")
			if err != nil {
				return nil, fmt.Errorf("read embedded sentence: %w", err)
			}
			if q.said[language+"-"+name], err = LoadWAV(file); err != nil {
				return nil, fmt.Errorf("embedded sentence %s-%s: %w", language, name, err)
			}
		}
	}
	return q, nil
}

// Position says how many are before the customer, A-law. The slice must not be
// written to.
func (q *Queue) Position(language string, before int) []byte {
	name := "more"
	if before <= positions {
		name = strconv.Itoa(max(before, 0))
	}
	return q.say(language, name)
}

// Farewell says that nobody is free and that we call back.
func (q *Queue) Farewell(language string) []byte { return q.say(language, "farewell") }

func (q *Queue) say(language, name string) []byte {
	primary, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	if primary == "en" {
		return q.said["en-"+name]
	}
	return q.said[DefaultLanguage+"-"+name]
}
