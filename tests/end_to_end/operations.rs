//! Every operation, by who may call it, with a path that leads to nothing.

/// Every operation for members.
pub const MEMBER_OPERATIONS: [(&str, &str); 23] = [
    ("GET", "/v1/wallet"),
    ("GET", "/v1/wallet/transactions"),
    (
        "GET",
        "/v1/wallet/transactions/ent_00000000000000000000000000000000_1",
    ),
    (
        "GET",
        "/v1/wallet/transactions/ent_00000000000000000000000000000000_1/receipt",
    ),
    ("POST", "/v1/activities"),
    ("GET", "/v1/activities"),
    ("GET", "/v1/activities/act_00000000000000000000000000000000"),
    (
        "GET",
        "/v1/activities/act_00000000000000000000000000000000/why",
    ),
    ("GET", "/v1/rewards"),
    ("GET", "/v1/streaks"),
    ("POST", "/v1/streaks/app-streak/repair"),
    ("GET", "/v1/time-zone"),
    ("PUT", "/v1/time-zone"),
    ("GET", "/v1/products"),
    ("GET", "/v1/products/prd_00000000000000000000000000000000"),
    ("POST", "/v1/quotes"),
    ("POST", "/v1/purchases"),
    ("GET", "/v1/purchases"),
    (
        "GET",
        "/v1/purchases/pur_00000000000000000000000000000000_1",
    ),
    (
        "POST",
        "/v1/purchases/pur_00000000000000000000000000000000_1/reveal",
    ),
    (
        "POST",
        "/v1/purchases/pur_00000000000000000000000000000000_1/refunds",
    ),
    (
        "POST",
        "/v1/purchases/pur_00000000000000000000000000000000_1/problems",
    ),
    ("GET", "/v1/notifications"),
];

/// Every operation for administrators.
pub const ADMIN_OPERATIONS: [(&str, &str); 60] = [
    ("GET", "/admin/v1/cases"),
    (
        "POST",
        "/admin/v1/cases/cas_00000000000000000000000000000000/decision",
    ),
    ("POST", "/admin/v1/partners"),
    ("GET", "/admin/v1/partners"),
    (
        "POST",
        "/admin/v1/partners/prt_00000000000000000000000000000000/keys",
    ),
    (
        "DELETE",
        "/admin/v1/partners/prt_00000000000000000000000000000000/keys/key_00000000000000000000000000000000",
    ),
    ("POST", "/admin/v1/products"),
    ("GET", "/admin/v1/products"),
    (
        "PATCH",
        "/admin/v1/partners/prt_00000000000000000000000000000000",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000",
    ),
    (
        "PATCH",
        "/admin/v1/products/prd_00000000000000000000000000000000",
    ),
    ("PUT", "/admin/v1/reward-rules/proof-hundred"),
    ("GET", "/admin/v1/reward-rules"),
    ("GET", "/admin/v1/reward-rules/proof-hundred"),
    ("PUT", "/admin/v1/reward-rules/proof-hundred/state"),
    ("POST", "/admin/v1/reward-rules/proof-hundred/simulate"),
    (
        "POST",
        "/admin/v1/products/prd_00000000000000000000000000000000/imports",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000/imports",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000/imports/job_00000000000000000000000000000000",
    ),
    (
        "POST",
        "/admin/v1/products/prd_00000000000000000000000000000000/imports/job_00000000000000000000000000000000/start",
    ),
    (
        "POST",
        "/admin/v1/products/prd_00000000000000000000000000000000/batches",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000/batches",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000/batches/job_00000000000000000000000000000000",
    ),
    (
        "POST",
        "/admin/v1/products/prd_00000000000000000000000000000000/batches/job_00000000000000000000000000000000/download",
    ),
    ("POST", "/admin/v1/reward-rules/proof-hundred/backtests"),
    (
        "GET",
        "/admin/v1/reward-rules/proof-hundred/backtests/bkt_00000000000000000000000000000000",
    ),
    ("GET", "/admin/v1/reward-promotions"),
    ("GET", "/admin/v1/reward-promotions/proof-week"),
    ("PUT", "/admin/v1/reward-promotions/proof-week"),
    ("PUT", "/admin/v1/reward-promotions/proof-week/state"),
    ("GET", "/admin/v1/reward-programme"),
    ("PUT", "/admin/v1/reward-programme"),
    (
        "GET",
        "/admin/v1/members/mem_00000000000000000000000000000000/segments",
    ),
    (
        "PUT",
        "/admin/v1/members/mem_00000000000000000000000000000000/segments",
    ),
    ("GET", "/admin/v1/reports/rewards"),
    ("POST", "/admin/v1/adjustments"),
    ("GET", "/admin/v1/adjustments"),
    (
        "GET",
        "/admin/v1/adjustments/adj_00000000000000000000000000000000",
    ),
    (
        "POST",
        "/admin/v1/adjustments/adj_00000000000000000000000000000000/approve",
    ),
    (
        "POST",
        "/admin/v1/adjustments/adj_00000000000000000000000000000000/reject",
    ),
    ("GET", "/admin/v1/prices"),
    (
        "GET",
        "/admin/v1/prices/prd_00000000000000000000000000000000",
    ),
    (
        "PUT",
        "/admin/v1/prices/prd_00000000000000000000000000000000",
    ),
    (
        "GET",
        "/admin/v1/prices/prd_00000000000000000000000000000000/versions",
    ),
    (
        "GET",
        "/admin/v1/prices/prd_00000000000000000000000000000000/preview",
    ),
    (
        "GET",
        "/admin/v1/prices/prd_00000000000000000000000000000000/calendar",
    ),
    ("GET", "/admin/v1/price-rules"),
    ("GET", "/admin/v1/price-rules/proof-week"),
    ("PUT", "/admin/v1/price-rules/proof-week"),
    ("PUT", "/admin/v1/price-rules/proof-week/state"),
    ("GET", "/admin/v1/price-promotions"),
    ("GET", "/admin/v1/price-promotions/proof-week"),
    ("PUT", "/admin/v1/price-promotions/proof-week"),
    ("PUT", "/admin/v1/price-promotions/proof-week/state"),
    ("POST", "/admin/v1/codes/search"),
    (
        "POST",
        "/admin/v1/codes/cod_00000000000000000000000000000000/revoke",
    ),
    (
        "POST",
        "/admin/v1/codes/cod_00000000000000000000000000000000/extend",
    ),
    (
        "POST",
        "/admin/v1/codes/cod_00000000000000000000000000000000/replace",
    ),
    (
        "GET",
        "/admin/v1/products/prd_00000000000000000000000000000000/usage",
    ),
    ("GET", "/admin/v1/audit"),
];

/// Every operation for partners.
pub const PARTNER_OPERATIONS: [(&str, &str); 5] = [
    ("POST", "/v1/codes/validate"),
    ("POST", "/v1/codes/reserve"),
    ("POST", "/v1/codes/release"),
    ("POST", "/v1/redemptions"),
    ("GET", "/v1/usage"),
];
