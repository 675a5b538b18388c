// Package sheet writes tables as XLSX files (ECMA-376), row by row: what is
// written is not held in memory beyond what the library keeps in a file.
package sheet

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// Column is a heading and its width in characters.
type Column struct {
	Title string
	Width float64
}

// Writer is a workbook with one sheet. It is used by one goroutine.
type Writer struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	bold   int
	clock  int
	row    int
}

// New begins a sheet with its headings, which stay in view.
func New(name string, columns []Column) (*Writer, error) {
	w := &Writer{file: excelize.NewFile()}
	if err := w.begin(name, columns); err != nil {
		_ = w.file.Close()
		return nil, fmt.Errorf("begin sheet: %w", err)
	}
	return w, nil
}

func (w *Writer) begin(name string, columns []Column) (err error) {
	if err = w.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if w.stream, err = w.file.NewStreamWriter(name); err != nil {
		return err
	}
	if w.bold, err = w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	form := "yyyy-mm-dd hh:mm"
	if w.clock, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &form}); err != nil {
		return err
	}
	titles := make([]any, len(columns))
	for i, c := range columns {
		if err := w.stream.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
		titles[i] = excelize.Cell{StyleID: w.bold, Value: c.Title}
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return w.put(titles)
}

// Row adds a row. Texts stay texts, whatever they begin with: a cell that looks
// like a formula is none. Times are shown in the zone that they are in; zero
// ones, and nil, leave the cell empty.
func (w *Writer) Row(values ...any) error {
	cells := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case time.Time:
			if !v.IsZero() {
				_, offset := v.Zone() // a sheet knows no zones
				cells[i] = excelize.Cell{StyleID: w.clock, Value: v.UTC().Add(time.Duration(offset) * time.Second)}
			}
		case *int:
			if v != nil {
				cells[i] = *v
			}
		default:
			cells[i] = v
		}
	}
	return w.put(cells)
}

func (w *Writer) put(cells []any) error {
	w.row++
	return w.stream.SetRow(fmt.Sprintf("A%d", w.row), cells)
}

// WriteTo ends the sheet and writes the file; the writer is not used again.
func (w *Writer) WriteTo(out io.Writer) (int64, error) {
	defer func() { _ = w.file.Close() }()
	if err := w.stream.Flush(); err != nil {
		return 0, fmt.Errorf("end sheet: %w", err)
	}
	return w.file.WriteTo(out)
}
