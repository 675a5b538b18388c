package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// What a workbook may unfold to, against files made to fill the memory.
const (
	maxUnzipped = 1 << 30   // bytes of all parts
	maxPart     = 256 << 20 // bytes of one part that is held in memory
)

// Read gives the cells of the first sheet that has any, as they are stored,
// not as they are shown: days and times are numbers of days, see [Day]. Formulas give the value that was calculated last. It stops
// with an error after maxRows rows or at a row with more than maxColumns cells.
func Read(raw []byte, maxRows, maxColumns int) ([][]string, error) {
	file, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxPart, RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	for _, name := range file.GetSheetList() {
		rows, err := sheetRows(file, name, maxRows, maxColumns)
		if err != nil || len(rows) > 0 {
			return rows, err
		}
	}
	return nil, errors.New("no sheet has anything in it")
}

func sheetRows(file *excelize.File, name string, maxRows, maxColumns int) (_ [][]string, err error) {
	rows, err := file.Rows(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out [][]string
	some := 0
	for rows.Next() {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		if len(cells) > maxColumns {
			return nil, fmt.Errorf("row %d has more than %d columns", len(out)+1, maxColumns)
		}
		if len(cells) > 0 {
			some++
		}
		if len(out) > maxRows {
			return nil, fmt.Errorf("it has more than %d rows", maxRows)
		}
		out = append(out, cells)
	}
	if some == 0 {
		return nil, rows.Error()
	}
	return out, rows.Error()
}

// Day gives the day of a number as sheets count days, the first of 1900 being
// number 1; false for numbers that are no day of the years 1930 to 2100.
func Day(number float64) (time.Time, bool) {
	if number < 10_959 || number >= 73_415 {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(number, false)
	return t, err == nil
}
