import { useInfiniteQuery } from "@tanstack/react-query";
import { type BackendError, call, type FindSales, type SaleRow } from "../../backend";

const PAGE = 200;

/** What the list is narrowed by; null or empty narrows nothing. */
export type Filters = {
  day: string | null;
  amountMinor: number | null;
  product: { productId: string; name: string } | null;
  staffId: string | null;
  receiptNo: string;
};

export const NO_FILTERS: Filters = { day: null, amountMinor: null, product: null, staffId: null, receiptNo: "" };

/** Filters as the system takes them. */
export function toQuery(filters: Filters): FindSales {
  return {
    from: filters.day,
    to: filters.day,
    amountMinor: filters.amountMinor,
    productId: filters.product?.productId ?? null,
    staffId: filters.staffId,
    receiptNo: filters.receiptNo.trim() === "" ? null : filters.receiptNo.trim(),
    limit: PAGE,
    after: null,
  };
}

/** Sales, newest first, fetched further while one scrolls. */
export function useSales(filters: Filters) {
  const query = toQuery(filters);
  return useInfiniteQuery<SaleRow[], BackendError, SaleRow[], readonly unknown[], string | null>({
    queryKey: ["sales", query],
    initialPageParam: null,
    queryFn: ({ pageParam }) => call("sales", { ...query, after: pageParam }),
    getNextPageParam: (last) => (last.length === PAGE ? (last.at(-1)?.saleId ?? null) : null),
    select: (data) => data.pages.flat(),
    placeholderData: (previous) => previous,
  });
}
