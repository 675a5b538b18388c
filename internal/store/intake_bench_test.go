package store

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"huifang/internal/intake"
	"huifang/internal/sheet"
)

// BenchmarkImport takes files of HUIFANG_IMPORT_ROWS rows from their bytes to
// what they did: read, kept, checked, checked again and written. Rule C-22.
func BenchmarkImport(b *testing.B) {
	rows := 20_000
	if text := os.Getenv("HUIFANG_IMPORT_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	w := newWorldOf(b)
	g := newGate(b, w)
	customers := bytes.NewBufferString("客户编号,客户名称,类别,手机号码,所在城市,等级,备注\n")
	contracts := bytes.NewBufferString("合同编号,客户编号,项目名称,金额,签订日期,到期日期\n")
	equipment := bytes.NewBufferString("设备编号,客户编号,合同编号,型号,数量,金额,发货日期,投运日期,变电所联系人,变电所电话\n")
	deliveries := bytes.NewBufferString("送货单号,客户编号,送货日期,备注\n")
	cells := [][]any{}
	for i := range rows {
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%300).Format(time.DateOnly)
		fmt.Fprintf(customers, "B%07d,东方电气第%d分厂,设备用户,138%08d,上海,A,每周五送货\n", i, i, i)
		fmt.Fprintf(contracts, "K%07d,B%07d,地铁五号线,3000000,%s,2027-11-01\n", i, i, day)
		fmt.Fprintf(equipment, "E%07d,B%07d,K%07d,KYN28-12,12,250000,%s,%s,王工,021-62345678\n", i, i, i, day, day)
		fmt.Fprintf(deliveries, "D%07d,B%07d,%s,已签收\n", i, i, day)
		cells = append(cells, []any{fmt.Sprintf("X%07d", i), fmt.Sprintf("西方电气第%d分厂", i), "设备用户", fmt.Sprintf("139%08d", i), "北京"})
	}
	book, err := sheet.New("客户", []sheet.Column{{Title: "客户编号"}, {Title: "客户名称"}, {Title: "类别"}, {Title: "手机号码"}, {Title: "所在城市"}})
	w.ok(err)
	for _, c := range cells {
		w.ok(book.Row(c...))
	}
	var xlsx bytes.Buffer
	_, err = book.WriteTo(&xlsx)
	w.ok(err)
	for _, f := range []struct {
		name string
		kind intake.Kind
		raw  []byte
	}{
		{"customers", intake.Customers, customers.Bytes()}, {"customers again", intake.Customers, customers.Bytes()}, {"customers of XLSX", intake.Customers, xlsx.Bytes()},
		{"contracts", intake.Contracts, contracts.Bytes()}, {"equipment", intake.Equipment, equipment.Bytes()}, {"deliveries", intake.Deliveries, deliveries.Bytes()},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				w.at = w.at.Add(time.Second)
				d, err := g.Take(b.Context(), g.boss, intake.Upload{Kind: f.kind, Name: f.name, Raw: f.raw})
				w.ok(err)
				if d.Batch.Counts.Rows != rows || d.Batch.Counts.Wrong != 0 {
					b.Fatalf("%+v %+v", d.Batch.Counts, d.Batch.Problems)
				}
				_, err = g.Apply(b.Context(), g.boss, d.Batch.ID, false)
				w.ok(err)
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
