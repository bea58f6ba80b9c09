import time
from tests.integration.operations.stage import *
def test_try(running, network):
    s=running
    for o in s.store.observations(s.id): print(o.ref, o.value("urgency"), o.value("commune"), o.value("summary"), o.value("corroboration_count"))
    for k,h in s.store.healths(s.id).items(): print(k,h.state,h.detail,h.seen_count)
    print(s.store.findings(s.id))
    wb=openpyxl.load_workbook(s.path)
    for t in wb.sheetnames:
        try:
            sh=Sheet(wb[t]); print(t, sh.header_row, list(sh.columns), len(sh.rows()))
        except Exception as e: print(t, repr(e))
    t=time.time(); s.clock.forward(5); network.set_wave(3); print(s.sweep()); print(time.time()-t)
    for f in s.store.findings(s.id): print(f)
    t=time.time(); print(s.publish());print(time.time()-t)
    for o in s.store.observations(s.id): print(o.ref, o.value("urgency"), o.value("status"), o.value("summary"), o.value("corroboration_count"))
