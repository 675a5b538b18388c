package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huifang/internal/problem"
	"huifang/internal/sheet"
)

// Limits of a file.
const (
	MaxBytes   = 64 << 20
	MaxRows    = 200_000
	MaxColumns = 200
	maxCell    = 20_000 // bytes
)

// Table is a file as it was read.
type Table struct {
	Header []string
	Rows   [][]string // as many cells as the header
	Lines  []int      // of the file, in which each row begins; 1 is the first
	Format string     // "csv, UTF-8, ;" or "xlsx"
}

// Read reads a CSV or the first sheet of an XLSX file that has something in it.
// CSV may be UTF-8 with or without byte order mark, or GB 18030, with commas,
// semicolons or tabs, whichever the header has most of. Rows without any text
// are left out. Problem invalid names what cannot be read and where.
func Read(raw []byte) (Table, error) {
	if len(raw) == 0 || len(raw) > MaxBytes {
		return Table{}, problem.BadField("file", "must have 1 to %d bytes", MaxBytes)
	}
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return readSheet(raw)
	}
	return readText(raw)
}

func readSheet(raw []byte) (Table, error) {
	rows, err := sheet.Read(raw, MaxRows+1, MaxColumns)
	if err != nil {
		return Table{}, problem.BadField("file", "cannot be read as XLSX: %s", err)
	}
	t := Table{Format: "xlsx"}
	for i, r := range rows {
		if err := t.add(i+1, r); err != nil {
			return Table{}, err
		}
	}
	return t.whole()
}

func readText(raw []byte) (Table, error) {
	raw, marked := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf"))
	t := Table{Format: "csv, UTF-8"}
	if bytes.IndexByte(raw, 0) >= 0 {
		return Table{}, problem.BadField("file", "is neither text nor XLSX")
	}
	if !utf8.Valid(raw) {
		var err error
		if raw, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err != nil || marked || bytes.ContainsRune(raw, utf8.RuneError) {
			return Table{}, problem.BadField("file", "is neither UTF-8 nor GB 18030")
		}
		t.Format = "csv, GB 18030"
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma = delimiter(raw)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	t.Format += map[rune]string{',': ", ','", ';': ", ';'", '\t': ", tab"}[r.Comma]
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.whole()
		}
		if err != nil {
			if pe, ok := errors.AsType[*csv.ParseError](err); ok {
				return Table{}, problem.BadField("file", "cannot be read in line %d: %s", pe.Line, pe.Err)
			}
			return Table{}, fmt.Errorf("read file: %w", err)
		}
		line, _ := r.FieldPos(0)
		if err := t.add(line, cells); err != nil {
			return Table{}, err
		}
	}
}

// delimiter is what the first line has most of, outside of quotes.
func delimiter(raw []byte) rune {
	n, quoted := map[byte]int{}, false
	for _, c := range raw {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			break
		}
		if !quoted {
			n[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if n[c] > n[best] {
			best = c
		}
	}
	return rune(best)
}

// add takes a row of cells; the first with text is the header.
func (t *Table) add(line int, cells []string) error {
	row, some := make([]string, len(cells)), false
	for i, c := range cells {
		if len(c) > maxCell {
			return problem.BadField("file", "line %d, column %d has more than %d bytes", line, i+1, maxCell)
		}
		row[i] = strings.TrimSpace(strings.ToValidUTF8(c, "\ufffd"))
		if strings.IndexByte(row[i], 0) >= 0 {
			return problem.BadField("file", "line %d, column %d is no text", line, i+1)
		}
		some = some || row[i] != ""
	}
	if !some {
		return nil
	}
	if t.Header == nil {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		if len(row) > MaxColumns {
			return problem.BadField("file", "must have at most %d columns", MaxColumns)
		}
		t.Header = row
		return nil
	}
	for i := len(t.Header); i < len(row); i++ {
		if row[i] != "" {
			return problem.BadField("file", "line %d has %d columns, the header has %d", line, len(row), len(t.Header))
		}
	}
	for len(row) < len(t.Header) {
		row = append(row, "")
	}
	if len(t.Rows) == MaxRows {
		return problem.BadField("file", "must have at most %d rows", MaxRows)
	}
	t.Rows, t.Lines = append(t.Rows, row[:len(t.Header)]), append(t.Lines, line)
	return nil
}

func (t *Table) whole() (Table, error) {
	if len(t.Header) == 0 {
		return Table{}, problem.BadField("file", "has no header")
	}
	if len(t.Rows) == 0 {
		return Table{}, problem.BadField("file", "has a header and no rows")
	}
	return *t, nil
}
