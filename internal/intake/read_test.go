package intake

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huifang/internal/problem"
	"huifang/internal/sheet"
)

func gb18030(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func workbook(t *testing.T, header []string, rows ...[]any) []byte {
	t.Helper()
	columns := make([]sheet.Column, len(header))
	for i, h := range header {
		columns[i] = sheet.Column{Title: h, Width: 10}
	}
	w, err := sheet.New("表", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRuleC22_FilesAreReadAsTheyCome(t *testing.T) {
	t.Parallel()
	const text = "\n合同编号,客户编号,备注\n\nK1,C1,\"两行\n备注,有逗号\"\nK2,C2\n"
	for name, c := range map[string]struct {
		raw    []byte
		format string
	}{
		"UTF-8":               {[]byte(text), "csv, UTF-8, ','"},
		"with mark":           {[]byte("\ufeff" + text), "csv, UTF-8, ','"},
		"GB 18030":            {gb18030(t, text), "csv, GB 18030, ','"},
		"semicolons":          {[]byte("合同编号;客户编号;备注\nK1;C1;\"两行\n备注,有逗号\"\nK2;C2;\n"), "csv, UTF-8, ';'"},
		"tabs, lines of DOS":  {[]byte("合同编号\t客户编号\t备注\r\nK1\tC1\t\"两行\r\n备注,有逗号\"\r\nK2\tC2\t\r\n"), "csv, UTF-8, tab"},
		"XLSX":                {workbook(t, []string{"合同编号", "客户编号", "备注"}, []any{"K1", "C1", "两行\n备注,有逗号"}, nil, []any{"K2", "C2"}), "xlsx"},
		"columns without use": {[]byte("合同编号,客户编号,备注,,\nK1,C1,\"两行\n备注,有逗号\",,\nK2,C2,,,\n"), "csv, UTF-8, ','"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(c.raw)
			if err != nil {
				t.Fatal(err)
			}
			if got.Format != c.format || strings.Join(got.Header, "|") != "合同编号|客户编号|备注" || len(got.Rows) != 2 ||
				strings.Join(got.Rows[0], "|") != "K1|C1|两行\n备注,有逗号" || strings.Join(got.Rows[1], "|") != "K2|C2|" {
				t.Fatalf("%+v", got)
			}
		})
	}
	for name, raw := range map[string]string{
		"nothing": "", "header only": "a,b\n", "no text": "a\x00b", "neither": "a,b\n\xff\xff\xff,1\n", "open quote": "a,b\n\"1,2\n", "too wide": "a,b\n1,2,3\n", "no workbook": "PK\x03\x04zip",
	} {
		if got, err := Read([]byte(raw)); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestRuleC22_ValuesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"2026-11-24": "2026-11-24", "2026/1/2": "2026-01-02", "２０２６年１１月２４日": "2026-11-24", "20261124": "2026-11-24", "2026-11-24 15:00:00": "2026-11-24", "46350": "2026-11-24",
		"": "", "24/11/26": "", "2026-02-30": "", "7": ""} {
		if d, ok := parseDay(text); ok != (want != "") || ok && d.String() != want {
			t.Errorf("day %q: %v, %t", text, d, ok)
		}
	}
	for text, want := range map[string]int64{"3000000": 300_000_000, "3,000,000.00": 300_000_000, "￥300万": 300_000_000, "1.2亿元": 12_000_000_000, "12.345": 1235, "3e6": 300_000_000, "-1": -1, "0x10": -1, "inf": -1, "三百万": -1} {
		if n, ok := parseCents(text); ok != (want >= 0) || ok && n != want {
			t.Errorf("amount %q: %d, %t", text, n, ok)
		}
	}
	// A day of a workbook comes as a day, whatever its form on the screen.
	got, err := Read(workbook(t, []string{"日期"}, []any{time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}))
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := parseDay(got.Rows[0][0]); !ok || d.String() != "2026-11-24" {
		t.Errorf("%q: %v", got.Rows[0][0], d)
	}
}

func TestRuleC22_HeadersAreUnderstoodInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		var zh, en []string
		for _, f := range k.Fields() {
			zh, en = append(zh, f.Title.Chinese), append(en, " "+strings.ToUpper(f.Title.English)+" (CNY) ")
		}
		for _, header := range [][]string{zh, en} {
			m := Guess(k, header, nil)
			for i, f := range k.Fields() {
				if m[f.Name] != i || len(m) != len(header) {
					t.Errorf("%s: %v as %v", k, header, m)
				}
			}
		}
	}
	m := Guess(Contracts, []string{"序号", "合同号", "客户号", "总价"}, map[string]string{"总价": "-", "序号": "note"})
	if m["note"] != 0 || m["key"] != 1 || m["customer_code"] != 2 || len(m) != 3 {
		t.Errorf("%v", m)
	}
}

// FuzzRead looks for files that cannot be refused or understood in peace.
func FuzzRead(f *testing.F) {
	f.Add([]byte("合同编号,客户编号\nK1,C1\n"), uint8(2))
	f.Add([]byte("a;b\n\"1\n\";2\n"), uint8(0))
	f.Add([]byte("\xef\xbb\xbfa\tb\n1\t2\n"), uint8(5))
	f.Add([]byte("\xb1\xe0\xba\xc5,1\n2,3\n"), uint8(4))
	f.Add([]byte("PK\x03\x04"), uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, n uint8) {
		table, err := Read(raw)
		if err != nil {
			if problem.CodeOf(err) != problem.CodeInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		rows := make([]Row, len(table.Rows))
		for i, r := range table.Rows {
			if len(r) != len(table.Header) {
				t.Fatalf("row %d has %d cells of %d", i, len(r), len(table.Header))
			}
			rows[i] = Row{Line: table.Lines[i], Cells: r}
		}
		k := Kinds()[int(n)%len(Kinds())]
		m := Guess(k, table.Header, nil)
		for i, fd := range k.Fields() { // every field is looked at, by whatever is there
			if _, has := m[fd.Name]; !has {
				m[fd.Name] = i % len(table.Header)
			}
		}
		c := &checker{kind: k, header: table.Header, mapping: m, kinds: eventKinds(), sorts: customerKinds(), once: map[Once]string{}}
		if err := c.check(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if c.counts.Wrong+c.counts.Created+c.counts.Changed+c.counts.Unchanged != len(rows) || len(c.items) != len(rows)-c.counts.Wrong {
			t.Fatalf("%+v of %d rows", c.counts, len(rows))
		}
		preview(Batch{Kind: k, Mapping: m}, rows, c)
	})
}
